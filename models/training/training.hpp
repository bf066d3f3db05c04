#pragma once

#include <functional>
#include <optional>
#include <string>

#include "core/optimise/schedule.hpp"
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
  Index patience = 0;             ///< stop after so many validations without a better one; 0: never
  double stop_at_ess = 0;         ///< stop once a validation reaches this ESS fraction; 0: never
  double stop_after_seconds = 0;  ///< stop once this wall time is spent; 0: never
};

/// What ended a training.
enum class TrainingEnd { steps, ess, time, patience, callback };

/// Why a training that came as far as this has nothing left to do: its steps are done, its last
/// validation reached the ESS, its time is spent, or it got no better; nothing where it goes on.
[[nodiscard]] std::optional<TrainingEnd> end_of(const TrainingProgress& progress,
                                                const TrainingOptions& options);

/// Whether as many validations as `patience` have passed since the best one.
[[nodiscard]] bool is_out_of_patience(const TrainingProgress& progress, Index patience);

/// A training of one model, whatever its method: step after step, with its log, and to be gone on
/// with from its state.
class Training {
 public:
  virtual ~Training() = default;
  /// Called after each step, on every rank; false on any stops the training on all. A checkpoint
  /// may be taken from state() here.
  using OnStep = std::function<bool(const StepRecord&)>;
  using OnValidation = std::function<void(const ValidationRecord&)>;

  /// Runs from the current step on to the limits of its options; collective.
  virtual TrainingEnd run(const OnStep& on_step, const OnValidation& on_validation) = 0;
  [[nodiscard]] virtual const TrainingProgress& progress() const = 0;
  /// Calls use with the state as it is now, which is copied nowhere.
  virtual void visit(const std::function<void(const TrainingView&)>& use) const = 0;
  /// A copy of the state.
  [[nodiscard]] TrainingState state() const;
  /// Goes on from there; throws UserError when it belongs to another model or method.
  virtual void set_state(TrainingState state) = 0;
  /// Writes the best validated parameters into the model; false when none was validated.
  virtual bool restore_best() = 0;
};

}  // namespace nmc
