#pragma once

#include "core/batch.hpp"
#include "core/spins/spins.hpp"

namespace nmc {

/// The chains of one chunk with everything that is cached for their current configuration.
/// A sampler fills the caches it needs in init() and keeps them current in step(). Spins may be
/// packed: then x is (0, 0), and configurations() is their Batch.
struct ChainState {
  Batch x;       ///< (chains, sites)
  Column log_p;  ///< target's log_density at x
  Batch grad;    ///< its gradient at x; (0, 0) when the sampler does not use it
  Column log_q;  ///< proposal's log q at x; (0) when the sampler does not use it
  Spins spins{};
  /// What else a sampler remembers of each chain (tempering: which replica sits where), (chains,
  /// numbers); (0, 0) when it remembers nothing.
  Batch memory{};
  /// H of the spins, (chains), of samplers that keep it, so that it is not summed again where it is
  /// measured or exchanged; (0) when the sampler does not.
  Column energy{};

  [[nodiscard]] Index chains() const { return spins.empty() ? x.rows() : spins.rows(); }
  [[nodiscard]] Batch configurations() const { return spins.empty() ? x : spins.unpack(); }
};

}  // namespace nmc
