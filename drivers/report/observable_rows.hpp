#pragma once

#include <string>
#include <vector>

#include "drivers/report/report.hpp"

namespace nmc::drivers {

/// CPU seconds of the sampling per effective draw of a line.
[[nodiscard]] double cost_of(const ReportLine& line, const SamplerReport& sampler);

/// The table of observables: its head, then a row per line, with "refused" in place of what is.
[[nodiscard]] std::vector<std::vector<std::string>> observable_rows(const Report& report);

}  // namespace nmc::drivers
