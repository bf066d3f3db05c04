#pragma once

#include <string>
#include <vector>

#include "core/parallel/threads.hpp"
#include "physics/renormalisation/blocking.hpp"
#include "physics/system.hpp"

namespace nmc::drivers::rg {

/// What is asked of a system of spins.
struct Request {
  BlockRule rule = BlockRule::majority;
  Index draws = 25600;
  std::uint64_t seed = 1;
};

/// What draws of a system and of its blocked lattices leave behind; none of them is kept. A draw's
/// row is chain · draws per chain + draw.
struct BlockedDraws {
  std::string sampler;
  Index chains = 0;
  std::vector<Batch> even, odd;  ///< of each level, operator sums (draws, operators)
  std::vector<Column> spins;     ///< of each level single spins (rows) of some draws, and
  std::vector<Batch> fields;     ///< what multiplies them in each even operator, (rows, operators)
  Batch last;                    ///< configurations of the system, (some draws, sites)
};

/// Of the classical sampler of the system, an L×L torus.
[[nodiscard]] BlockedDraws blocked_draws(const System& system, Index L, const Request& request,
                                         const Threads& threads);

}  // namespace nmc::drivers::rg
