#pragma once

#include <optional>

#include "core/roles/sampler.hpp"
#include "samplers/cluster/machine_bonds.hpp"
#include "samplers/cluster/surrogate.hpp"
#include "samplers/local/spin_state.hpp"

namespace nmc {

struct BoltzmannClusterOptions {
  double W = 0;  ///< of MachineShape
  /// K = factor · β J; none: 1 where bonds are all that there is, else fitted in warm-up.
  std::optional<double> factor{};
  /// Of MachineShape: nothing but fields is left to the acceptance, and the factor is 1.
  bool has_fours = false;
  SpinStart start = SpinStart::random;
};

/// Clusters of a Boltzmann machine (Wang, Phys. Rev. E 96, 051301 (2017)): the hidden units are
/// drawn given the spins, and every cluster of spins that units which are on join turns with
/// probability 1/2. That is in detailed balance with the machine's own density, so that it is
/// accepted with min[1, e^Δ],
///   Δ = Σ (1 − factor) β J (s s' after − before) + β (fields and plaquettes after − before):
/// always where factor = 1 and there is nothing beside bonds, whatever W is and for couplings of
/// any sign; with has_fours also where there are plaquettes. The factor is fitted by least squares
/// to the energies of the chains, in the second and the third quarter of the warm-up, then frozen.
/// The target must outlive it.
class BoltzmannCluster final : public Sampler, private Tuning {
 public:
  BoltzmannCluster(const SpinTarget& target, const BoltzmannClusterOptions& options);

  [[nodiscard]] Index sites() const override { return target_.sites(); }
  void init(ChainState& state, const Streams& streams, Index chains) const override;
  StepInfo step(ChainState& state, const Streams& streams) const override;
  StepInfo steps(ChainState& state, const Streams& streams, Index count) const override;
  [[nodiscard]] SamplerTraits traits() const override {
    return {.has_fast_steps = rejects_nothing(), .preferred_chunk = 16};
  }
  [[nodiscard]] Tuning* tuning() override { return this; }
  [[nodiscard]] double factor() const { return factor_; }
  /// Whether Δ is 0 for every move.
  [[nodiscard]] bool rejects_nothing() const;

 private:
  /// Whether the machine has all terms of the energy.
  [[nodiscard]] bool has_all() const;
  [[nodiscard]] bool is_frozen() const override { return is_done_; }
  [[nodiscard]] bool wants_configurations(Index step, Index warmup) const override;
  void adapt(const WarmupStep& pooled) override;
  [[nodiscard]] std::vector<double> numbers() const override;
  void set_numbers(std::span<const double> numbers) override;
  void set_factor(double factor);
  /// What ln p has beside the machine's, of one configuration.
  [[nodiscard]] double residual(const std::int8_t* s) const;

  const SpinTarget& target_;
  BoltzmannClusterOptions options_;
  BondClasses classes_;  ///< the bonds as one class
  ClusterBonds bonds_;
  SurrogateFit fit_{1};
  double factor_ = 1;
  bool is_done_;
};

}  // namespace nmc
