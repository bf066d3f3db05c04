#pragma once

#include <functional>
#include <optional>
#include <string>

#include "core/optimise/schedule.hpp"
#include "core/roles/parametric.hpp"
#include "models/training/batch_rows.hpp"
#include "models/training/training_state.hpp"

namespace nmc {

struct TrainingOptions {
  Index steps = 1000;
  Index batch = 512;  ///< rows per step, over all ranks
  std::uint64_t seed = 1;
  Schedule schedule;  ///< its `steps` is the length of the training
  AdamOptions adam;
  double clip = 10;               ///< largest gradient norm; 0: no limit
  Index validate_every = 100;     ///< steps; 0: at the end only
  Index validate_batch = 2048;    ///< fresh draws per validation; of other losses `batch` rows
  double stop_at_ess = 0;         ///< stop once a validation reaches this ESS fraction; 0: never
  double stop_after_seconds = 0;  ///< stop once this wall time is spent; 0: never
};

/// What ended a training.
enum class TrainingEnd { steps, ess, time, callback };

/// Why a training that came as far as `state` has nothing left to do: its steps are done, its last
/// validation reached the ESS, or its time is spent; nothing where it goes on.
[[nodiscard]] std::optional<TrainingEnd> end_of(const TrainingState& state,
                                                const TrainingOptions& options);

/// Stochastic-gradient training of one model by any objective. Rows are cut into chunks of 64 that
/// run on the threads and ranks of this job; losses and gradients are summed in the order of the
/// chunks, so that the result is the same bit for bit for every number of either.
class Trainer {
 public:
  /// Called after each step, on every rank; false on any stops the training on all. A checkpoint
  /// may be taken from state() here.
  using OnStep = std::function<bool(const StepRecord&)>;
  using OnValidation = std::function<void(const ValidationRecord&)>;

  /// The model's parameters are trained in place: those that the objective is about. Both and the
  /// workers must outlive the trainer. Throws UserError when objective and options do not fit
  /// together.
  Trainer(Parametric& model, Objective& objective, TrainingOptions options, Workers workers);

  /// Runs from the current step on, also where an earlier call has ended for its limits and these
  /// are higher; collective. Throws NumericalError, with step and chain named,
  /// when a loss or gradient is not finite; state() then is that before the failing step.
  TrainingEnd run(const OnStep& on_step = {}, const OnValidation& on_validation = {});

  [[nodiscard]] TrainingState state() const;
  /// Goes on from there; throws UserError when it belongs to another model or method.
  void set_state(TrainingState state);
  /// Writes the best validated parameters into the model; false when none was validated.
  bool restore_best();

 private:
  [[nodiscard]] BatchRows batch(Purpose purpose, Index rows) const;
  StepRecord step();
  ValidationRecord validate(bool is_regular);

  Parametric& model_;
  Objective& objective_;
  TrainingOptions options_;
  Workers workers_;
  Adam optimiser_;
  std::vector<double> parts_;  ///< gradients of the chunks, kept for their memory
  std::vector<double> grad_;
  TrainingState state_;  ///< parameters and optimiser live in the model and in optimiser_
};

}  // namespace nmc
