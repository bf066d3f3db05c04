#pragma once

#include <string>

#include "core/parallel/threads.hpp"
#include "drivers/latent/latent_source.hpp"

namespace nmc::drivers::latent {

/// Exact configurations of the system in the latent coordinates of a network.
struct PulledBack {
  std::string origin;  ///< "block_gibbs, 256 chains", or a file
  Batch z;             ///< (draws, sites), as N(0, 1) where the network is exact
  Batch x;             ///< g(z): the configurations, of a mixture the images that the flow draws
};

/// Of `wanted` configurations of the system's classical sampler. Of a mixture each configuration
/// goes to a branch with the branch's share in its density.
[[nodiscard]] PulledBack pull_back_exact(const Source& source, Index wanted, std::uint64_t seed,
                                         const Threads& threads);

/// Of the configurations x (draws, sites) of a file, or of a result.h5 with configurations.
/// UserError where they are another system's.
[[nodiscard]] PulledBack pull_back_file(const Source& source, const std::string& path,
                                        std::uint64_t seed);

}  // namespace nmc::drivers::latent
