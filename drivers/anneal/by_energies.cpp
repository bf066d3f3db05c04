#include "drivers/anneal/by_energies.hpp"

#include <utility>

#include "core/roles/label_target.hpp"
#include "core/roles/spin_energies.hpp"
#include "samplers/local/local_energies.hpp"
#include "samplers/local/local_labels.hpp"

namespace nmc::drivers {
namespace {

/// A sampler with the target that it samples.
class OfOwnTarget final : public Sampler {
 public:
  OfOwnTarget(std::unique_ptr<const Target> target, std::unique_ptr<Sampler> sampler)
      : target_(std::move(target)), sampler_(std::move(sampler)) {}
  [[nodiscard]] Index sites() const override { return sampler_->sites(); }
  void init(ChainState& state, const Streams& streams, Index chains) const override {
    sampler_->init(state, streams, chains);
  }
  StepInfo step(ChainState& state, const Streams& streams) const override {
    return sampler_->step(state, streams);
  }
  StepInfo steps(ChainState& state, const Streams& streams, Index count) const override {
    return sampler_->steps(state, streams, count);
  }
  [[nodiscard]] SamplerTraits traits() const override { return sampler_->traits(); }

 private:
  std::unique_ptr<const Target> target_;
  std::unique_ptr<Sampler> sampler_;
};

}  // namespace

std::unique_ptr<Sampler> by_energies(const TargetFamily& family, LocalRule rule, double beta) {
  std::unique_ptr<const Target> target = family.at({{beta}});
  std::unique_ptr<Sampler> sampler;
  if (target->support() == Support::spin) {
    const auto* spins = static_cast<const SpinEnergies*>(target.get());
    sampler = std::make_unique<LocalEnergies>(*spins, LocalEnergiesOptions{rule});
  } else {
    const auto* labels = static_cast<const LabelTarget*>(target.get());
    LocalLabelsOptions options;
    options.rule = rule;
    sampler = std::make_unique<LocalLabels>(*labels, options);
  }
  return std::make_unique<OfOwnTarget>(std::move(target), std::move(sampler));
}

}  // namespace nmc::drivers
