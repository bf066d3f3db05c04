#pragma once

#include <string>
#include <vector>

#include "drivers/report/report_lines.hpp"

namespace nmc::drivers {

/// What the job of a resolved.ini asks to measure, in its order; else the system's own choice.
[[nodiscard]] std::vector<std::string> asked_observables(const std::vector<GivenOption>& given,
                                                         const System& system);

/// The lines of these names first, in this order, then the others as they were.
void put_first(const std::vector<std::string>& names, std::vector<ReportLine>& lines);

}  // namespace nmc::drivers
