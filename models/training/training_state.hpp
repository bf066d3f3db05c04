#pragma once

#include <limits>
#include <span>
#include <string>
#include <vector>

#include "core/optimise/adam.hpp"

namespace nmc {

/// What a batch of draws of q says about q against the target; w = p/q, p unnormalised. NaN where
/// it does not apply.
struct BatchQuality {
  static constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  double loss = kNone;        ///< mean of ln q - ln p: at least -ln Z of the target
  double loss_error = kNone;  ///< its standard error
  double gap = kNone;         ///< loss + ln Z where ln Z is known: KL(q‖p) in nats
  double ess = kNone;         ///< (Σw)² / (n Σw²)
  double acceptance = kNone;  ///< of the metropolised independent sampler, from all pairs:
                              ///< Σ_{i≠j} min(w_i, w_j) / ((n-1) Σw)
};

/// A loss of an objective by the name of its column.
struct NamedLoss {
  std::string name;
  double mean = BatchQuality::kNone;
  double error = BatchQuality::kNone;  ///< standard error of the mean
};

/// One line of the training log.
struct StepRecord {
  Index step = 0;
  BatchQuality reverse;           ///< of the column that is ln q - ln p; NaN where there is none
  std::vector<NamedLoss> losses;  ///< all other columns of the objective
  double gradient_norm = 0;       ///< before clipping
  double learning_rate = 0;
  double wall_seconds = 0;  ///< since the training began, interruptions left out
  double cpu_seconds = 0;   ///< of all ranks and threads, likewise
};

/// The model judged by the objective's validation columns, after `step` steps.
struct ValidationRecord {
  Index step = 0;
  BatchQuality reverse;                ///< of fresh draws against the final target
  std::vector<NamedLoss> losses;       ///< all other columns: of data kept out of the training
  double score = BatchQuality::kNone;  ///< what the best state is chosen by: mean of the first
};

/// When a training first started, and when its state is from; both may be empty.
struct TrainingDates {
  std::string started, ended;
};

/// How far a training has come: all of its state but what is as long as its parameters.
struct TrainingProgress {
  Index step = 0;        ///< steps done
  Index best_step = -1;  ///< -1: nothing validated yet; of validations at their regular steps
  double best_score = BatchQuality::kNone;
  double wall_seconds = 0;
  double cpu_seconds = 0;
  TrainingDates dates{};
  std::vector<StepRecord> log;
  std::vector<ValidationRecord> validations;
  /// Whether the last of them is that of an end between two regular steps: a training that goes on
  /// takes it back, to be the same as one that did not end there.
  bool has_extra_validation = false;
};

/// Everything a training needs to go on as if it had never stopped.
struct TrainingState : TrainingProgress {
  std::vector<double> parameters;  ///< (parameters)
  AdamState optimiser;             ///< m and v are empty before the first step
  std::vector<double> data;        ///< state of the objective: of its data source, of its chains
  std::vector<double> best_parameters;
};

/// The same where it is, to be read from there: of a large network each of these arrays is
/// gigabytes.
struct TrainingView {
  const TrainingProgress& progress;
  std::span<const double> parameters;
  Index optimiser_steps = 0;
  std::span<const double> m{}, v{}, v_max{};
  std::span<const double> data{};
  std::span<const double> best_parameters{};
};

}  // namespace nmc
