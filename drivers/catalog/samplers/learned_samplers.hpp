#pragma once

#include <vector>

#include "drivers/catalog/entries/entry.hpp"

namespace nmc::catalog {

/// l2hmc and a_nice.
[[nodiscard]] std::vector<SamplerEntry> learned_samplers();
[[nodiscard]] SamplerEntry surrogate_hmc_entry();
[[nodiscard]] SamplerEntry policy_flips_entry();

}  // namespace nmc::catalog
