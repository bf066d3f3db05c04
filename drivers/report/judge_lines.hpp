#pragma once

#include <vector>

#include "drivers/report/finding.hpp"
#include "drivers/report/report_lines.hpp"

namespace nmc::drivers {

/// What the chains themselves say against the numbers of a table: chains that disagree (R̂), and
/// chains that had not arrived where they end (drift). `beta` as in Finding.
[[nodiscard]] Findings judge_lines(const std::vector<ReportLine>& lines,
                                   double beta = statistics::not_a_number);

/// The reduced mean where it may be shown; findings name it "reduced energy", since it can be wrong
/// where the plain mean is not. Null where there is none.
[[nodiscard]] const ReducedMean* shown_reduced(const ReportLine& line, const Findings& findings,
                                               double beta = statistics::not_a_number);

}  // namespace nmc::drivers
