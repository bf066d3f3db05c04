#pragma once

#include <memory>

#include "core/interfaces.hpp"
#include "core/optimise/adam.hpp"

namespace nmc {

struct NetworkAdaptationOptions {
  double learning_rate = 1e-3;
  double clip = 10;  ///< largest norm of a gradient
};

/// A sampler with proposals of a model that learns from the chains in warm-up: one step of Adam on
/// the forward KL, ⟨−ln q⟩ over the current configurations of all chains, after every step of the
/// first three quarters of the warm-up; from then on the model is frozen, so that what is measured
/// is a Markov chain of one kernel (Gabrié, Rotskoff and Vanden-Eijnden, PNAS 119, e2109420119
/// (2022), who do not freeze). While it learns, ln q of the current configuration is computed anew
/// in every step. The model must outlive it and is changed in place.
class NetworkAdaptation final : public Sampler, private Tuning {
 public:
  NetworkAdaptation(std::unique_ptr<Sampler> sampler, Model& model,
                    const NetworkAdaptationOptions& options = {});

  [[nodiscard]] Index sites() const override { return sampler_->sites(); }
  void init(ChainState& state, const Streams& streams, Index chains) const override;
  StepInfo step(ChainState& state, const Streams& streams) const override;
  [[nodiscard]] SamplerTraits traits() const override;
  [[nodiscard]] Tuning* tuning() override { return this; }

 private:
  [[nodiscard]] bool is_frozen() const override { return is_frozen_; }
  [[nodiscard]] bool wants_configurations(Index step, Index warmup) const override;
  void adapt(const WarmupStep& pooled) override;
  /// Whether it is frozen, the step that froze it, Adam's state, the parameters.
  [[nodiscard]] std::vector<double> numbers() const override;
  void set_numbers(std::span<const double> numbers) override;

  std::unique_ptr<Sampler> sampler_;
  Model& model_;
  NetworkAdaptationOptions options_;
  Adam optimiser_;
  bool is_frozen_ = false;
  Index last_change_ = 0;  ///< steps done when the model changed last
};

}  // namespace nmc
