#pragma once

#include "core/parallel/ordered_sum.hpp"
#include "core/roles/parametric.hpp"
#include "models/training/batch_rows.hpp"
#include "models/training/training.hpp"

namespace nmc {

/// Stochastic-gradient training of one model by any objective. Rows are cut into chunks of 64 that
/// run on the threads and ranks of this job; losses and gradients are summed in the order of the
/// chunks, so that the result is the same bit for bit for every number of either.
class Trainer final : public Training {
 public:
  /// The model's parameters are trained in place: those that the objective is about. Both and the
  /// workers must outlive the trainer. Throws UserError when objective and options do not fit
  /// together.
  Trainer(Parametric& model, Objective& objective, TrainingOptions options, Workers workers);

  /// Runs from the current step on, also where an earlier call has ended for its limits and these
  /// are higher; collective. Throws NumericalError, with step and chain named,
  /// when a loss or gradient is not finite; state() then is that before the failing step.
  TrainingEnd run(const OnStep& on_step = {}, const OnValidation& on_validation = {}) override;

  [[nodiscard]] const TrainingProgress& progress() const override { return progress_; }
  void visit(const std::function<void(const TrainingView&)>& use) const override;
  void set_state(TrainingState state) override;
  bool restore_best() override;

 private:
  [[nodiscard]] BatchRows batch(Purpose purpose, Index rows) const;
  StepRecord step();
  ValidationRecord validate(bool is_regular);

  Parametric& model_;
  Objective& objective_;
  TrainingOptions options_;
  Workers workers_;
  std::optional<Adam> optimiser_;  ///< from the first step on, or from a state that had some
  OrderedSum sum_;                 ///< of gradients, kept for its memory
  TrainingProgress progress_;
  std::vector<double> best_;  ///< parameters of the best validation
};

}  // namespace nmc
