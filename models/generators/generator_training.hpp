#pragma once

#include <span>
#include <vector>

#include "core/optimise/adam.hpp"
#include "core/optimise/schedule.hpp"
#include "models/generators/kernel_mean.hpp"
#include "models/generators/push_forward.hpp"
#include "models/generators/vae.hpp"

namespace nmc {

struct GeneratorTrainingOptions {
  Index batch = 128;  ///< rows of the data in a step, drawn with replacement
  Schedule schedule{};
  std::uint64_t seed = 1;
};

/// A training of a generator on rows of data, step by step.
class GeneratorTraining {
 public:
  virtual ~GeneratorTraining() = default;
  virtual void step() = 0;
  /// Of the last step, before it; what it is says the class.
  [[nodiscard]] virtual double loss() const = 0;
  [[nodiscard]] virtual Index steps_done() const = 0;
  [[nodiscard]] virtual const Generator& generator() const = 0;
  [[nodiscard]] virtual const Stored& stored() const = 0;
  /// All that a checkpoint must hold.
  [[nodiscard]] virtual std::vector<double> state() const = 0;
  /// UserError for that of another training.
  virtual void set_state(std::span<const double> state) = 0;
};

/// Up the evidence lower bound by Adam, with reparametrised gradients; loss() is minus its mean.
class VaeTraining final : public GeneratorTraining {
 public:
  /// x must outlive it.
  VaeTraining(Vae start, const Batch& x, const GeneratorTrainingOptions& options);
  void step() override;
  [[nodiscard]] double loss() const override { return loss_; }
  [[nodiscard]] Index steps_done() const override { return adam_.state().steps; }
  [[nodiscard]] const Vae& generator() const override { return vae_; }
  [[nodiscard]] const Stored& stored() const override { return vae_; }
  [[nodiscard]] std::vector<double> state() const override;
  void set_state(std::span<const double> state) override;

 private:
  Vae vae_;
  const Batch& x_;
  GeneratorTrainingOptions options_;
  Adam adam_;
  double loss_ = 0;
};

/// What tells draws from data.
struct Critic {
  /// Of both layers of a net that is trained beside the generator, one step each, to tell them
  /// apart; the generator goes up ln D of its draws (Goodfellow et al., NeurIPS 2014). 0: none, the
  /// mean discrepancy by the kernel is minimised (Li, Swersky and Zemel, ICML 2015).
  Index hidden = 0;
  GaussianKernel kernel{};  ///< of standardised rows
  /// γ of ½ γ ⟨|∇a|²⟩ over the data, a the logit of D, which the net pays beside its errors:
  /// without it both nets may circle around where D = ½ (Mescheder, Geiger and Nowozin, ICML 2018).
  double penalty = 0;
};

/// A generative adversarial network, or with a kernel in place of the critic a moment matching
/// network; loss() is that of the generator.
class GanTraining final : public GeneratorTraining {
 public:
  /// x must outlive it.
  GanTraining(PushForward start, const Batch& x, Critic critic,
              const GeneratorTrainingOptions& options);
  void step() override;
  [[nodiscard]] double loss() const override { return loss_; }
  [[nodiscard]] Index steps_done() const override { return adam_.state().steps; }
  [[nodiscard]] const PushForward& generator() const override { return made_; }
  [[nodiscard]] const Stored& stored() const override { return made_; }
  [[nodiscard]] std::vector<double> state() const override;
  void set_state(std::span<const double> state) override;

 private:
  /// A step of the critic on both; the gradient of the generator's loss by its draws.
  Batch criticise(const Batch& draws, const Batch& data);
  /// grad += the gradient of ½ ⟨|∇a|²⟩ over rows by the critic's parameters.
  void add_penalty(const Batch& data, std::span<double> grad) const;
  [[nodiscard]] double learning_rate() const { return options_.schedule.at(steps_done()); }

  PushForward made_;
  Batch y_;  ///< the data, standardised
  Critic critic_;
  GeneratorTrainingOptions options_;
  TanhNet judge_;
  std::vector<double> judge_theta_;  ///< empty where there is none
  Adam adam_, judge_adam_;
  double loss_ = 0;
};

}  // namespace nmc
