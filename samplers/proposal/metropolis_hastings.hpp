#pragma once

#include <memory>

#include "core/interfaces.hpp"

namespace nmc {

/// Makes every proposal an exact sampler of a target (Metropolis et al. 1953; Hastings 1970), the
/// one place that decides: x' ~ T(x → x') is accepted with
///   min[1, p(x') T(x' → x) / (p(x) T(x → x'))].
/// A ratio that is not finite rejects, and counts as diverging. In detailed balance with the target
/// whatever T is, once tuned: while it is tuned, moves that had no chance may be made anew
/// (Retries). The target must outlive it.
class MetropolisHastings final : public ReversibleSampler {
 public:
  /// UserError where the two differ in sites or support.
  MetropolisHastings(const Target& target, std::unique_ptr<Proposal> proposal);

  [[nodiscard]] Index sites() const override { return target_.sites(); }
  [[nodiscard]] const Target& invariant() const override { return target_; }
  /// Starts as the proposal does.
  void init(ChainState& state, const Streams& streams, Index chains) const override;
  StepInfo step(ChainState& state, const Streams& streams) const override;
  [[nodiscard]] SamplerTraits traits() const override {
    return {.preferred_chunk = proposal_->traits().preferred_chunk};
  }
  [[nodiscard]] Tuning* tuning() override { return proposal_->tuning(); }

  [[nodiscard]] const Proposal& proposal() const { return *proposal_; }

  struct Decision {
    Column log_ratio;     ///< ln of the acceptance ratio, (chains)
    Column probability;   ///< of acceptance
    Column accepted;      ///< 1 where the move was taken
    Column is_diverging;  ///< 1 where it counts as such
  };
  /// Accepts or rejects a move that was proposed elsewhere, attempt `attempt` of the step. ln p of
  /// a chain that the move leaves where it is is not computed again.
  Decision decide(ChainState& state, Proposed move, const Streams& streams,
                  Index attempt = 0) const;

 private:
  /// Chains whose move had no chance, log_ratio (chains), once more. What it does is no part of the
  /// StepInfo: tuning looks at the move itself.
  void retry(const Retries& retries, Column log_ratio, const Streams& streams,
             ChainState& state) const;
  /// x' with its log_p, and ln of its acceptance ratio.
  struct Judged {
    ChainState next;
    Column log_ratio;
  };
  [[nodiscard]] Judged judged(const ChainState& state, Proposed move) const;
  /// ln p at x, the next configurations of `state`.
  [[nodiscard]] Column log_density_after(const ChainState& state, const Batch& x) const;

  const Target& target_;
  std::unique_ptr<Proposal> proposal_;
};

}  // namespace nmc
