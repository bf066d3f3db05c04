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
  StepInfo steps(ChainState& state, const Streams& streams, Index count) const override {
    return walk_->steps(state, streams, count);
  }
  [[nodiscard]] SamplerTraits traits() const override { return walk_->traits(); }
  [[nodiscard]] Tuning* tuning() override { return walk_->tuning(); }
  [[nodiscard]] Batch physical(const ChainState& state, const Streams& streams) const override {
    return density_.physical(state.x, streams);
  }

 private:
  const LatentDensity& density_;
  std::unique_ptr<Sampler> walk_;
};

}  // namespace nmc
