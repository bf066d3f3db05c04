#pragma once

#include <memory>

#include "samplers/learned/polynomial.hpp"
#include "samplers/learned/surrogate_trajectories.hpp"

namespace nmc {

struct SurrogateHmcOptions {
  HmcOptions hmc{};        ///< of the trajectories
  Index trajectories = 1;  ///< between two energies of the target
  bool is_delayed = true;  ///< whether the surrogate decides first
};

/// HMC along the gradient of a polynomial that is fitted to ln p by least squares, accepted by ln p
/// itself: SurrogateTrajectories of it. Warm-up has four quarters:
/// - first, what samples without a surrogate, HMC of the target or, where it has no gradient, a
///   random walk, brings the chains to the target;
/// - in the second quarter their configurations are those of the first fit;
/// - in the third every step is one of that sampler and one with the surrogate, so that a poor fit
///   cannot keep the chains where they are; their configurations make the second fit, which is
///   frozen;
/// - in the last quarter the surrogate moves alone, while step size and mass are tuned on, by what
///   the surrogate accepts of its own trajectories: what it leaves out no step size mends.
/// Without a warm-up the first sampler stays. The target must outlive it.
class SurrogateHmc final : public Sampler, private Tuning {
 public:
  /// UserError where target and monomials differ in sites, and where the target is not of reals.
  SurrogateHmc(const Target& target, MonomialClasses classes, const SurrogateHmcOptions& options);

  [[nodiscard]] Index sites() const override { return target_.sites(); }
  void init(ChainState& state, const Streams& streams, Index chains) const override;
  StepInfo step(ChainState& state, const Streams& streams) const override;
  [[nodiscard]] SamplerTraits traits() const override;
  [[nodiscard]] Tuning* tuning() override { return this; }

  [[nodiscard]] const Polynomial& surrogate() const { return surrogate_; }
  /// Root mean square of what the surrogate leaves of ln p; below 0 before the first fit.
  [[nodiscard]] double misfit() const { return misfit_; }

 private:
  enum class Phase { first_sampler, both, surrogate, frozen };
  [[nodiscard]] bool is_frozen() const override { return phase_ == Phase::frozen; }
  [[nodiscard]] bool wants_configurations(Index step, Index warmup) const override;
  void adapt(const WarmupStep& pooled) override;
  [[nodiscard]] std::vector<double> numbers() const override;
  void set_numbers(std::span<const double> numbers) override;

  StepInfo surrogate_step(ChainState& state, const Streams& streams) const;
  void collect(const WarmupStep& pooled);
  void fit();

  const Target& target_;
  std::unique_ptr<MetropolisHastings> first_;
  Polynomial surrogate_;
  SurrogateTrajectories* trajectories_;  ///< of sampler_
  std::unique_ptr<MetropolisHastings> sampler_;
  PolynomialFit fit_;
  Phase phase_ = Phase::first_sampler;
  double misfit_ = -1;
};

}  // namespace nmc
