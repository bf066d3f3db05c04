#pragma once

#include <optional>
#include <string>

#include "core/statistics/forward_weights.hpp"
#include "core/statistics/weights.hpp"
#include "drivers/report/finding.hpp"

namespace nmc::drivers {

/// What configurations of the system's classical sampler say of the network.
struct ForwardReport {
  std::string sampler;
  statistics::ForwardWeights weights;
  Index chains = 0;
  /// Of a ladder the system's own temperature, the only one that is asked about; else NaN.
  double only_beta = statistics::not_a_number;
  double rhat = statistics::not_a_number;  ///< of ln p over the classical chains themselves
  double rhat_p = statistics::not_a_number;
};

/// What fresh draws of the network say about it, and the upper bound from configurations of the
/// target.
struct NetworkReport {
  statistics::WeightSummary weights;
  double acceptance = statistics::not_a_number;  ///< of the independent sampler, from all pairs
  double pareto_k = statistics::not_a_number;    ///< of the weights of fresh draws
  double lnZ_upper = statistics::not_a_number;
  double lnZ_upper_error = statistics::not_a_number;
  std::optional<double> lnZ_exact;
  statistics::ImportanceEnergy importance;  ///< NaN where the density is not Boltzmann's
  std::optional<ForwardReport> forward;
  /// Squared, from the data that it learned from; NaN where it learned otherwise.
  double mmd = statistics::not_a_number;
};

/// What chains that rest on the network's proposals did.
struct ProposalChains {
  Index draws = 0;  ///< of each chain
  Index chains = 0;
  Index longest_rejection_run = 0;
  Index never_moved = 0;  ///< chains that took no proposal
  double acceptance = statistics::not_a_number;
};

/// Below either of these an importance estimate carries no error bar: a run at an ESS of 0.8 % was
/// seen to be 22 % off with a small error bar (conventions.md, section 6).
inline constexpr double kLeastEffectiveDraws = 50;
inline constexpr double kLeastEss = 0.01;

/// What the weights of a network say against lnZ and, where `chains` rest on its proposals (null:
/// they do not), against all that they measured. docs/theory/independence.md has the rule.
/// `cure`: a composition that would heal them.
[[nodiscard]] Findings judge_network(const NetworkReport& network, const ProposalChains* chains,
                                     const std::string& cure);

}  // namespace nmc::drivers
