#pragma once

#include <cstdint>
#include <span>

#include "core/batch.hpp"
#include "samplers/local/local_rule.hpp"

/// How a visit draws one label given the others, from one word of 64 random bits.
namespace nmc {

/// Metropolis: one of the q − 1 other labels, each as often, and the word that decides on it, which
/// is as good as uniform.
struct LabelProposal {
  Index label;
  std::uint64_t word;
};
[[nodiscard]] inline LabelProposal propose_label(std::uint64_t word, Index states, Index current) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(word) * static_cast<std::uint64_t>(states - 1);
  const auto other = static_cast<Index>(product >> 64);
  return {other + static_cast<Index>(other >= current), static_cast<std::uint64_t>(product)};
}

/// Words below it are accepted: κ min(1, e^{−βΔH}) as 64 bits, at least 1, with κ =
/// MetropolisKappa::tie. Since no proposal is accepted for certain and none refused for certain, a
/// visit may leave the label alone or make it any other, so that a sweep in any order leads from
/// every state to every state and is aperiodic.
[[nodiscard]] std::uint64_t label_acceptance(double beta, double cost);

/// Heat bath: the label drawn is the number of thresholds that the word reaches, P(a) ∝
/// e^{−βE(a)}. `energies` (q), `thresholds` (q − 1), cumulative. Every label has at least one of
/// the 2^64 words; the likeliest takes what rounding leaves.
void label_thresholds(double beta, std::span<const double> energies,
                      std::span<std::uint64_t> thresholds);
[[nodiscard]] inline Index draw_label(std::uint64_t word,
                                      std::span<const std::uint64_t> thresholds) {
  Index label = 0;
  for (const std::uint64_t threshold : thresholds) label += static_cast<Index>(word >= threshold);
  return label;
}

}  // namespace nmc
