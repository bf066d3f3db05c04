#pragma once

#include <string>
#include <utility>
#include <vector>

#include "drivers/report/run_file.hpp"
#include "physics/exact/answer.hpp"

namespace nmc::drivers {

/// The values that are known, by the names of `nmc exact --json`, in the order of printing.
[[nodiscard]] std::vector<std::pair<std::string, double>> named_values(const Exact& exact);

/// What a report with these observables asks for: the moments of m where one of them is compared
/// with them.
[[nodiscard]] ExactEffort effort_for(const std::vector<std::string>& observables);
[[nodiscard]] ExactEffort effort_for(const std::vector<DrawColumn>& columns);

}  // namespace nmc::drivers
