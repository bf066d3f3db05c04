#pragma once

#include <vector>

#include "core/statistics/reduction.hpp"
#include "drivers/report/report_lines.hpp"

namespace nmc::drivers {

/// The means that control variates leave with less variance (statistics::reduced()), set in the
/// lines of observables and of what is derived from them. Lines keep none where a column is
/// measured on pairs, not finite, or has too few independent draws.
void add_reduced(const std::vector<DrawColumn>& columns, const System& system,
                 const statistics::Variates& variates, std::vector<ReportLine>& lines);

/// "control variates: ..." with a line per observable; empty where no line has any.
[[nodiscard]] std::string reduced_text(const std::vector<ReportLine>& lines,
                                       const Findings& findings);

}  // namespace nmc::drivers
