#pragma once

#include <functional>
#include <memory>

#include "core/roles/latent_target.hpp"
#include "core/roles/sampler.hpp"

namespace nmc {

/// Steps of another kernel in the coordinates y of a bijection x = g(y): from x to y, a step that
/// leaves p(g(y)) |det ∂g/∂y| invariant, and back to x, which leaves p(x) invariant whatever g is.
/// A chain that does not move keeps its x to the bit.
class MappedSampler final : public Sampler, private Tuning {
 public:
  /// A kernel of a target, which outlives it.
  using MakeKernel = std::function<std::unique_ptr<Sampler>(const Target& target)>;
  /// The target, and what the map borrows, must outlive it.
  MappedSampler(std::unique_ptr<const Flow> map, const Target& target, const MakeKernel& make);

  [[nodiscard]] Index sites() const override { return target_.sites(); }
  void init(ChainState& state, const Streams& streams, Index chains) const override;
  StepInfo step(ChainState& state, const Streams& streams) const override;
  [[nodiscard]] SamplerTraits traits() const override { return kernel_->traits(); }
  [[nodiscard]] Tuning* tuning() override { return this; }

 private:
  [[nodiscard]] bool is_frozen() const override { return !is_tuned(kernel_->tuning()); }
  [[nodiscard]] bool wants_configurations(Index step, Index warmup) const override {
    return nmc::wants_configurations(kernel_->tuning(), step, warmup);
  }
  void adapt(const WarmupStep& pooled) override;
  [[nodiscard]] std::vector<double> numbers() const override {
    return numbers_of(kernel_->tuning());
  }
  void set_numbers(std::span<const double> numbers) override {
    nmc::set_numbers(kernel_->tuning(), numbers);
  }

  std::unique_ptr<const Flow> map_;
  const Target& target_;
  LatentTarget view_;  ///< the target in y
  std::unique_ptr<Sampler> kernel_;
};

}  // namespace nmc
