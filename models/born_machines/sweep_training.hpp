#pragma once

#include "core/parallel/workers.hpp"
#include "models/born_machines/swept_state.hpp"
#include "models/training/training.hpp"

namespace nmc {

/// The Born machine that is learned, in the model that the data are judged by: itself, or its
/// mixture with its image under a flip of all spins.
struct SweptModel {
  const Trainable* whole = nullptr;
  SweptState* machine = nullptr;
  /// Data are then flipped so that the first spin drawn is up: of a pair of images the machine
  /// learns one.
  bool is_mixed = false;
};

/// Configurations, (n, sites); those that are held out may be none.
struct SweptData {
  Batch train, held_out;
};

struct SweepOptions {
  TrainingOptions limits;  ///< of which steps, patience and time are read
  PairOptions pairs;
  /// Whether to begin with independent spins of the data's magnetisations; else with the machine as
  /// it is.
  bool begins_anew = true;
};

/// Maximum likelihood by two-site sweeps (swept_state.hpp), each a step, judged after each by ⟨−ln
/// q⟩ of what is held out, else of the data: column `forward_loss`. All ranks do the same.
class SweepTraining final : public Training {
 public:
  /// Machine, model and workers must outlive this. UserError where the machine cannot be swept,
  /// where data are of another width, are none, or have Ψ = 0.
  SweepTraining(const SweptModel& model, SweptData data, const SweepOptions& options,
                Workers workers);

  TrainingEnd run(const OnStep& on_step, const OnValidation& on_validation) override;
  [[nodiscard]] const TrainingProgress& progress() const override { return progress_; }
  /// `data` holds the bonds of now, and then those of the best state.
  void visit(const std::function<void(const TrainingView&)>& use) const override;
  void set_state(TrainingState state) override;
  bool restore_best() override;
  /// Of what a sweep holds: a vector on either side of every bond for each of the data.
  [[nodiscard]] double bytes() const;

 private:
  StepRecord step();
  ValidationRecord validate();
  void set_numbers(const std::vector<double>& bonds, const std::vector<double>& numbers);

  SweptModel model_;
  SweptData data_;
  SpinData swept_;
  SweepOptions options_;
  Workers workers_;
  TrainingProgress progress_;
  std::vector<double> best_, best_bonds_;  ///< numbers of the best state
};

}  // namespace nmc
