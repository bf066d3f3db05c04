#pragma once

#include "samplers/hamiltonian/hmc.hpp"

namespace nmc {

/// Trajectories along the gradient of a surrogate p_s as a proposal to a target, which may be dear,
/// or have no gradient.
/// - Delayed (Christen and Fox, J. Comput. Graph. Stat. 14, 795 (2005)): each of `trajectories` is
///   accepted or rejected by HMC of the surrogate, in detailed balance with it, and what they end
///   in is proposed with ln ratio = ln p_s(x) − ln p_s(x'). Where all were rejected nothing is
///   asked of the target.
/// - Else one trajectory is proposed as it ends, ln ratio = ½|ξ|² − ½|ξ'|²: leapfrog steps preserve
///   volume and come back whatever the force is (Neal, Handbook of MCMC, ch. 5 (2011)).
class SurrogateTrajectories final : public Proposal {
 public:
  /// The surrogate must outlive it. UserError where several trajectories are not delayed.
  SurrogateTrajectories(const Target& surrogate, const HmcOptions& options, Index trajectories,
                        bool is_delayed);

  [[nodiscard]] Index sites() const override { return hmc_.sites(); }
  [[nodiscard]] Support support() const override { return Support::real; }
  void init(ChainState& state, const Streams& streams, Index chains) const override;
  [[nodiscard]] Proposed propose(const ChainState& state, const Streams& streams,
                                 Index attempt) const override;
  struct FirstStage {
    Proposed move;
    /// What the surrogate would accept, or has accepted, with, (chains): its error of integration.
    Column acceptance;
  };
  [[nodiscard]] FirstStage first_stage(const ChainState& state, const Streams& streams) const;
  [[nodiscard]] ProposalTraits traits() const override;
  /// Of step size and mass.
  [[nodiscard]] Tuning* tuning() override { return hmc_.tuning(); }

 private:
  MetropolisHastings hmc_;  ///< of the surrogate
  Index trajectories_;
  bool is_delayed_;
  double start_width_;
};

}  // namespace nmc
