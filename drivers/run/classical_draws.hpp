#pragma once

#include <string>

#include "core/parallel/threads.hpp"
#include "physics/system.hpp"

namespace nmc::drivers {

/// Configurations of a system by its classical sampler, with no network.
struct ClassicalDraws {
  std::string sampler;  ///< "block_gibbs"
  Batch x;              ///< (draws, sites), the draws of one chain next to each other
  Index chains = 0;
};

/// At least `wanted` of them, next to independent (catalog::Classical::thin).
[[nodiscard]] ClassicalDraws classical_draws(const System& system, Index wanted, std::uint64_t seed,
                                             const Threads& threads);

}  // namespace nmc::drivers
