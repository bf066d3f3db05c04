#pragma once

#include "samplers/hamiltonian/hmc_tuning.hpp"
#include "samplers/proposal/metropolis_hastings.hpp"

namespace nmc {

struct HmcOptions {
  double step_size = 0.1;  ///< to start with; kept where target_acceptance is 0
  Index n_steps = 10;      ///< leapfrog steps per trajectory, used where length is 0
  double length = 0;       ///< of a trajectory: n_steps = length / step_size, to the nearest
  Index max_steps = 1000;  ///< limit for n_steps where length sets it
  double jitter = 0.1;  ///< step sizes are step_size·(1 + jitter·u), u uniform in (−1, 1) per chain
  double target_acceptance = 0.8;  ///< tuned to in warm-up; 0: no tuning
  MassKind mass = MassKind::unit;  ///< used where fourier_torus is empty
  /// Fourier acceleration on this torus with mass fourier_mass; see Mass.
  std::vector<Index> fourier_torus{};
  double fourier_mass = 1;
  double start_width = 1;  ///< of the normal starting configurations
};

/// The end of a trajectory of leapfrog steps (Duane et al. 1987). In coordinates whitened by the
/// mass, M^{-1} = L Lᵀ, with momenta ξ = Lᵀ p ~ N(0, 1):
///   ξ ← ξ + (ε/2) Lᵀ ∇ln p(x),  x ← x + ε L ξ,  ξ ← ξ + (ε/2) Lᵀ ∇ln p(x);
/// ln ratio = ½ |ξ|² − ½ |ξ'|². A trajectory with ΔH > 1000, H = −ln p(x) + ½ |ξ|², or a non-finite
/// end counts as diverging. Step size and mass are tuned in warm-up, then frozen. A chain that
/// begins where the target is stiffer than where it lives cannot follow that step: while it is
/// tuned, a trajectory that is hopeless, ΔH > 20, is followed again with half the step, a quarter,
/// …. Angles walk on the line that covers the circle, where H has a period, and their end is
/// brought back: volume and reversibility stay. The target, whose gradient drives it, must outlive
/// it.
class HmcTrajectory final : public Proposal, private Retries {
 public:
  HmcTrajectory(const Target& target, const HmcOptions& options);

  [[nodiscard]] Index sites() const override { return target_.sites(); }
  [[nodiscard]] Support support() const override { return target_.support(); }
  /// Starts from normals, or from uniform angles.
  void init(ChainState& state, const Streams& streams, Index chains) const override;
  [[nodiscard]] Proposed propose(const ChainState& state, const Streams& streams,
                                 Index attempt) const override;
  /// The same with momenta xi, (chains, sites), and step sizes (chains).
  [[nodiscard]] Proposed travel(const ChainState& state, Batch xi, const Column& step_size) const;
  [[nodiscard]] ProposalTraits traits() const override;
  [[nodiscard]] Tuning* tuning() override { return &tuning_; }

  /// Of angles at most π, which nothing to tune to would pass.
  [[nodiscard]] double step_size() const;
  [[nodiscard]] Index n_steps() const;
  [[nodiscard]] const Mass& mass() const { return tuning_.mass(); }

 private:
  [[nodiscard]] Index most() const override;
  [[nodiscard]] double hopeless() const override;
  [[nodiscard]] Proposed retry(const ChainState& some, const Streams& streams,
                               const Which& which) const override;
  /// (chains, sites).
  [[nodiscard]] Batch momenta(const Streams& streams, Index chains) const;

  const Target& target_;
  HmcOptions options_;
  HmcTuning tuning_;
};

/// Hamiltonian Monte Carlo: accepted with min[1, exp(−ΔH)]. The target must outlive it.
[[nodiscard]] MetropolisHastings hmc_sampler(const Target& target, const HmcOptions& options);

}  // namespace nmc
