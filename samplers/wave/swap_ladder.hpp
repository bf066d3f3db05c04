#pragma once

#include <vector>

#include "core/parallel/threads.hpp"
#include "core/statistics/estimate.hpp"
#include "samplers/wave/swap_chains.hpp"

namespace nmc {

struct SwapLadderOptions {
  std::vector<Index> cuts;  ///< ascending, 1 or more each
  Index chains = 64;        ///< of each cut, a multiple of 16
  Index draws = 1000;       ///< of each chain
  Index sweeps = 2;         ///< between two draws
  Index warmup = 100;       ///< sweeps
  std::uint64_t seed = 1;
};

/// Rényi entropy −ln Tr ρ² of the spins before a cut, in nats.
struct SwapEntropy {
  Index cut = 0;
  statistics::Estimate
      entropy;                ///< NaN where neighbouring cuts do not overlap, or the sign is lost
  statistics::Estimate sign;  ///< ⟨cos of the phase⟩ over W; 1 and 0 of a positive ψ
  double rhat = 0;            ///< of min(1, W of the cut below / W), over its chains
};

/// By chains of SwapChains at every cut and at 0. ln Z of all of them together, by multistate
/// reweighting: each draw knows the density of all cuts, and where one of them is 0 another need
/// not be. The error comes from 16 groups of chains. The same numbers for any number of threads.
[[nodiscard]] std::vector<SwapEntropy> renyi2_by_swap(const WaveFunction& psi,
                                                      const SwapLadderOptions& options,
                                                      const Threads& threads = Threads{});

}  // namespace nmc
