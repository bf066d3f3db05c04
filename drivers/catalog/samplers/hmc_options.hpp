#pragma once

#include <vector>

#include "core/options/options.hpp"
#include "samplers/hamiltonian/hmc.hpp"

namespace nmc::catalog {

/// Keys of trajectories, the same for all samplers that follow them.
[[nodiscard]] std::vector<OptionSpec> hmc_options();
/// What they say. UserError for trajectories that would all have the same length.
[[nodiscard]] HmcOptions read_hmc(const Options& options);

}  // namespace nmc::catalog
