#pragma once

#include <memory>

#include "core/roles/objective.hpp"
#include "drivers/job/job.hpp"
#include "models/training/condition_path.hpp"
#include "models/training/data_source.hpp"
#include "models/training/trainer.hpp"

namespace nmc::drivers {

/// What a training of a model is about, read from the job; it must outlive the trainer.
class TrainingInput {
 public:
  /// Throws UserError for data that is missing, not finite or of another size, and for annealing
  /// without a beta. `workers` run the chain that data may come from.
  TrainingInput(const Job& job, const System& system, const Trainable& model, Workers workers);
  [[nodiscard]] Objective& objective() const { return *objective_; }
  [[nodiscard]] const TrainingOptions& options() const { return options_; }
  /// The data of a batch, from which a network can start, (batch, sites); (0, 0) without data.
  [[nodiscard]] Batch first_data() const;

 private:
  /// The family and the path of an annealing, or of a conditional network.
  void read_way(const Job& job, const System& system, const Trainable& model);
  void make_data(const Job& job, const System& system, Workers workers);

  TrainingOptions options_;
  catalog::SamplerParts data_sampler_;  ///< of data that come from a chain
  std::unique_ptr<DataSource> data_;
  std::unique_ptr<const TargetFamily> family_;
  std::unique_ptr<const ConditionPath> path_;  ///< null where all steps have the system's target
  std::unique_ptr<Objective> objective_;
};

}  // namespace nmc::drivers
