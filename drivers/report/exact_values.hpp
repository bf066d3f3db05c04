#pragma once

#include <string>
#include <utility>
#include <vector>

#include "physics/exact.hpp"

namespace nmc::drivers {

/// The values that are known, by the names of `nmc exact --json`, in the order of printing.
[[nodiscard]] std::vector<std::pair<std::string, double>> named_values(const Exact& exact);

}  // namespace nmc::drivers
