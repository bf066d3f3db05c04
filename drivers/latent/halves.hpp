#pragma once

#include <string>

#include "core/parallel/threads.hpp"
#include "core/statistics/estimate.hpp"
#include "drivers/training/stated_network.hpp"

namespace nmc::drivers::latent {

/// Mutual information of the two halves of a lattice, I = S_A + S_B − S_AB in nats, by the exact
/// conditionals of a network that draws A before B.
///
/// S_A is the cross-entropy −⟨ln q_A⟩ over p itself, ln q_A the sum of the conditionals of A's
/// spins; it exceeds the entropy by KL(p_A‖q_A), of second order in the error of the network.
/// S_B is that of the configurations shifted by half the lattice. S_AB = ln Z − ⟨ln p⟩ is exact.
///
/// Free-energy differences leave no error of the network: p_A(a) = Σ_b p(a, b) is the mean of
/// w = p(a, b')/q(b'|a) over b' drawn by the network given a, ln of the mean of K of them is too
/// small in the mean, and with the b of the configuration itself, a draw of p(b|a), among them too
/// large (Grosse, Ghahramani and Adams, arXiv:1511.02543). So `lower` and `upper` hold the
/// information between them, nearer with more draws.
struct Halves {
  statistics::Estimate information, half_entropy;  ///< S_A: mean of both halves
  statistics::Estimate lower{}, upper{};           ///< of the information; NaN without `inner`
  double exact = statistics::not_a_number;         ///< by a sum over all states
  double entropy = 0;                              ///< S_AB
  double lnZ = 0;
  std::string origin;  ///< "65536 states", or the sampler of the draws
  Index draws = 0;     ///< 0: all states
};

struct HalvesRequest {
  Index draws = 4096;  ///< of the classical sampler, at least
  Index inner = 16;    ///< draws of a half given the other, for each of them; 0: none
  std::uint64_t seed = 1;
};

/// By a sum over all states of at most 20 spins, else over draws of the classical sampler, of which
/// `lower` and `upper` always are. UserError where the network is no such one, or lnZ is not known.
[[nodiscard]] Halves halves_of(const StatedNetwork& network, const HalvesRequest& request,
                               const Threads& threads);

[[nodiscard]] std::string halves_text(const StatedNetwork& network, const Halves& halves);
[[nodiscard]] std::string halves_json(const Halves& halves);

}  // namespace nmc::drivers::latent
