#pragma once

#include "core/interfaces.hpp"
#include "core/optimise/dual_averaging.hpp"
#include "samplers/hamiltonian/mass.hpp"

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

/// Hamiltonian Monte Carlo (Duane et al. 1987) with leapfrog steps. In coordinates whitened by the
/// mass, M^{-1} = L Lᵀ, with momenta ξ = Lᵀ p ~ N(0, 1):
///   ξ ← ξ + (ε/2) Lᵀ ∇ln p(x),  x ← x + ε L ξ,  ξ ← ξ + (ε/2) Lᵀ ∇ln p(x);
/// accepted with min[1, exp(−ΔH)], H = −ln p(x) + ½ |ξ|². A trajectory with ΔH > 1000 or a
/// non-finite end counts as diverging and is rejected. Step size and mass are tuned in warm-up by
/// what all chains report, then frozen. A chain that begins where the target is stiffer than where
/// it lives cannot follow that step: while it is tuned, a trajectory that is hopeless is followed
/// once more with shorter steps. The target must outlive it.
class Hmc final : public Sampler {
 public:
  Hmc(const Target& target, const HmcOptions& options);

  [[nodiscard]] Index sites() const override { return target_.sites(); }
  void init(ChainState& state, const Streams& streams, Index chains) const override;
  StepInfo step(ChainState& state, const Streams& streams) const override;
  [[nodiscard]] Index preferred_chunk() const override { return target_.preferred_chunk(); }
  /// The end of the trajectories with momenta xi and step sizes (chains) from `state`, and −ΔH in
  /// log_ratio: what step() decides on.
  struct Proposal {
    ChainState state;
    Column log_ratio;
  };
  [[nodiscard]] Proposal propose(const ChainState& state, Batch xi, const Column& step_size) const;

  [[nodiscard]] bool wants_adaptation() const override { return options_.target_acceptance > 0; }
  [[nodiscard]] bool wants_configurations(Index step, Index warmup) const override;
  void adapt(const WarmupStep& pooled) override;
  [[nodiscard]] std::vector<double> tuning() const override;
  void set_tuning(std::span<const double> tuning) override;

  [[nodiscard]] double step_size() const { return step_size_; }
  [[nodiscard]] Index n_steps() const;
  [[nodiscard]] const Mass& mass() const { return mass_; }

 private:
  /// Where `hopeless` is not 0, (chains): trajectories of half the step, a quarter, …, until one
  /// has a chance. What they do is no part of the step's StepInfo: the step size is tuned by its
  /// own.
  void settle(ChainState& state, const Streams& streams, Column hopeless) const;
  /// The same step of `share` of the step size for these rows alone.
  void retry(ChainState& state, const Streams& streams, Index halving, Column& hopeless) const;

  const Target& target_;
  HmcOptions options_;
  double step_size_;
  /// Between the first and the last adapt(): before, and without a warm-up, the kernel is the plain
  /// one that leaves the target invariant, as it is ever after.
  bool is_settling_ = false;
  DualAveraging averaging_;
  Mass mass_;
  MassEstimate estimate_;
};

}  // namespace nmc
