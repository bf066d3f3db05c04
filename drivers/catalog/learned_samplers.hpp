#pragma once

#include <vector>

#include "drivers/catalog/entry.hpp"

namespace nmc::catalog {

/// l2hmc and a_nice.
[[nodiscard]] std::vector<SamplerEntry> learned_samplers();

}  // namespace nmc::catalog
