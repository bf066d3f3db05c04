#pragma once

#include <optional>

#include "core/optimise/adam.hpp"
#include "core/roles/sampler.hpp"
#include "core/roles/spin_target.hpp"
#include "samplers/learned/flip_policy.hpp"
#include "samplers/local/spin_state.hpp"

namespace nmc {

struct PolicyOptions {
  Index flips = 1;                              ///< of one proposal
  Index moves = 0;                              ///< proposals per step; 0: as many as turn N spins
  std::optional<FlipPolicy::Features> theta{};  ///< kept as it is; else learned in warm-up
  double learning_rate = 0.05;                  ///< of Adam at its start, then down to a twentieth
  Index updates = 4;                            ///< steps of Adam per learning step
  SpinStart start = SpinStart::random;
};

/// Flips that a FlipPolicy chooses, exact by the policy of the way back (PolicyPath). θ learns in
/// the second and third quarter of the warm-up, up the gradient of the mean over paths from the
/// chains' configurations of acceptance × distance, the number of spins that a path leaves turned
/// over (score function and, of the acceptance, directly); then it is frozen. The target must
/// outlive it.
class PolicyFlips final : public Sampler, private Tuning {
 public:
  /// UserError at options that make no sense.
  PolicyFlips(const SpinTarget& target, const PolicyOptions& options);

  [[nodiscard]] Index sites() const override { return target_.sites(); }
  void init(ChainState& state, const Streams& streams, Index chains) const override;
  StepInfo step(ChainState& state, const Streams& streams) const override;
  [[nodiscard]] SamplerTraits traits() const override { return {.preferred_chunk = 16}; }
  [[nodiscard]] Tuning* tuning() override { return this; }
  [[nodiscard]] const FlipPolicy& policy() const { return policy_; }

 private:
  [[nodiscard]] bool is_frozen() const override { return is_done_; }
  [[nodiscard]] bool wants_configurations(Index step, Index warmup) const override;
  void adapt(const WarmupStep& pooled) override;
  [[nodiscard]] std::vector<double> numbers() const override;
  void set_numbers(std::span<const double> numbers) override;

  const SpinTarget& target_;
  PolicyOptions options_;
  FlipPolicy policy_;
  Adam adam_;
  bool is_done_;
};

/// The mean over paths of 1 … `longest` spins from configurations x of acceptance × distance, and
/// an estimate of its gradient by θ.
struct PolicyGain {
  double mean = 0;
  FlipPolicy::Features gradient{};
};
[[nodiscard]] PolicyGain policy_gain(const FlipPolicy& policy, Index longest, const Batch& x,
                                     const Streams& streams);

}  // namespace nmc
