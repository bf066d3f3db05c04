#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/roles/sampler.hpp"
#include "core/roles/spin_target.hpp"
#include "samplers/cluster/cluster_count.hpp"
#include "samplers/cluster/uniform_surrogate.hpp"
#include "samplers/local/spin_state.hpp"

namespace nmc {

struct SelfLearningOptions {
  BondClasses classes{};
  std::vector<double> couplings{};  ///< J_n of each class to begin with
  bool learns = true;               ///< whether warm-up fits them to the chains
  Index clusters = 0;               ///< per step; as of WolffOptions
  SpinStart start = SpinStart::random;
};

/// Self-learning Monte Carlo (Liu, Qi, Meng and Fu, Phys. Rev. B 95, 041101 (2017)): clusters of a
/// surrogate of pair couplings, accepted by what it leaves out, for a system of any bonds, fields
/// and plaquettes. The surrogate is fitted by least squares to the energies of the chains in the
/// second and the third quarter of the warm-up, of which the first fit makes the chains of the
/// second, and frozen before the first draw. `acceptance` is the share of clusters that turned. The
/// target must outlive it.
class SelfLearning final : public Sampler, private Tuning {
 public:
  /// UserError where classes and couplings differ in number, and at beta = 0 where it shall learn.
  SelfLearning(const SpinTarget& target, SelfLearningOptions options);

  [[nodiscard]] Index sites() const override { return target_.sites(); }
  void init(ChainState& state, const Streams& streams, Index chains) const override;
  StepInfo step(ChainState& state, const Streams& streams) const override;
  StepInfo steps(ChainState& state, const Streams& streams, Index count) const override;
  [[nodiscard]] SamplerTraits traits() const override {
    return {.has_fast_steps = true, .preferred_chunk = 16};
  }
  [[nodiscard]] Tuning* tuning() override { return this; }
  [[nodiscard]] const std::vector<double>& couplings() const { return options_.couplings; }

 private:
  [[nodiscard]] bool is_frozen() const override { return is_done_ && count_.is_frozen(); }
  [[nodiscard]] bool wants_configurations(Index step, Index warmup) const override;
  void adapt(const WarmupStep& pooled) override;
  [[nodiscard]] std::vector<double> numbers() const override;
  void set_numbers(std::span<const double> numbers) override;
  void fit();
  /// Of the couplings as they are.
  void set_bonds();
  template <class Walk>
  StepInfo turned_by(Walk walk, ChainState& state, const Streams& streams, Index count) const;

  const SpinTarget& target_;
  SelfLearningOptions options_;
  SurrogateBonds bonds_;
  std::optional<UniformSurrogate> uniform_{};  ///< the same, where it is one
  ClusterCount count_;
  SurrogateFit fit_;
  bool is_done_;
};

}  // namespace nmc
