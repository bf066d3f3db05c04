#pragma once

#include <string>

#include "core/parallel/threads.hpp"
#include "core/statistics/estimate.hpp"
#include "drivers/run/stated_network.hpp"

namespace nmc::drivers::latent {

/// Mutual information of the two halves of a lattice, I = S_A + S_B − S_AB in nats, by the exact
/// conditionals of a network that draws A before B.
///
/// S_A is the cross-entropy −⟨ln q_A⟩ over p itself, ln q_A the sum of the conditionals of A's
/// spins; it exceeds the entropy by KL(p_A‖q_A), of second order in the error of the network.
/// S_B is that of the configurations shifted by half the lattice. S_AB = ln Z − ⟨ln p⟩ is exact.
struct Halves {
  statistics::Estimate information, half_entropy;  ///< S_A: mean of both halves
  double entropy = 0;                              ///< S_AB
  double lnZ = 0;
  std::string origin;  ///< "65536 states", or the sampler of the draws
  Index draws = 0;     ///< 0: all states
};

/// By a sum over all states of at most 20 spins, else over `wanted` draws of the classical sampler.
/// UserError where the network is no such one, or lnZ is not known.
[[nodiscard]] Halves halves_of(const StatedNetwork& network, Index wanted, std::uint64_t seed,
                               const Threads& threads);

[[nodiscard]] std::string halves_text(const StatedNetwork& network, const Halves& halves);
[[nodiscard]] std::string halves_json(const Halves& halves);

}  // namespace nmc::drivers::latent
