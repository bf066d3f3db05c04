#pragma once

#include <functional>
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

/// So many draws of so many chains of the classical sampler.
struct ClassicalRun {
  Index chains = 0, draws = 0;
  std::uint64_t seed = 0;
};
/// Calls take(draw, x) with the configurations (chains, sites) of one draw after the other, at the
/// system's own temperature. The name of the sampler.
std::string each_classical_draw(const System& system, const ClassicalRun& run,
                                const Threads& threads,
                                const std::function<void(Index draw, const Batch& x)>& take);

}  // namespace nmc::drivers
