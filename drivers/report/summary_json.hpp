#pragma once

#include <string>

#include "core/statistics/summary.hpp"
#include "drivers/report/finding.hpp"
#include "drivers/report/report_lines.hpp"

namespace nmc::drivers {

/// The keys of `nmc diagnose --json`, which `nmc report --json` extends.
[[nodiscard]] JsonLine summary_json(const std::string& name, const statistics::ChainSummary& s);

/// One observable with its exact value and what was found about it. Of one that is refused the
/// mean, its errors and z are null; what it is refused by stays. `beta` as in Finding.
[[nodiscard]] JsonLine line_json(const ReportLine& line, const Findings& findings,
                                 double beta = statistics::not_a_number);

}  // namespace nmc::drivers
