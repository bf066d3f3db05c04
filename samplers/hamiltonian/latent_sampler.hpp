#pragma once

#include <memory>
#include <utility>

#include "core/roles/latent.hpp"
#include "core/roles/sampler.hpp"

namespace nmc {

/// A sampler that walks in a latent space and shows its configurations in the physical one. Latent
/// HMC is LatentSampler(density, hmc_sampler(density, …)). The density must outlive it.
class LatentSampler final : public Sampler {
 public:
  LatentSampler(const LatentDensity& density, std::unique_ptr<Sampler> walk)
      : density_(density), walk_(std::move(walk)) {}

  [[nodiscard]] Index sites() const override { return walk_->sites(); }
  void init(ChainState& state, const Streams& streams, Index chains) const override {
    walk_->init(state, streams, chains);
  }
  StepInfo step(ChainState& state, const Streams& streams) const override {
    return walk_->step(state, streams);
  }
  [[nodiscard]] bool wants_adaptation() const override { return walk_->wants_adaptation(); }
  [[nodiscard]] bool wants_configurations(Index step, Index warmup) const override {
    return walk_->wants_configurations(step, warmup);
  }
  void adapt(const WarmupStep& pooled) override { walk_->adapt(pooled); }
  [[nodiscard]] std::vector<double> tuning() const override { return walk_->tuning(); }
  void set_tuning(std::span<const double> tuning) override { walk_->set_tuning(tuning); }
  [[nodiscard]] Batch physical(const ChainState& state, const Streams& streams) const override {
    return density_.physical(state.x, streams);
  }

 private:
  const LatentDensity& density_;
  std::unique_ptr<Sampler> walk_;
};

}  // namespace nmc
