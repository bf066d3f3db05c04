#pragma once

#include <memory>

#include "drivers/job/job.hpp"
#include "models/training/annealing.hpp"
#include "models/training/batch_loss.hpp"
#include "models/training/beta_draws.hpp"
#include "models/training/trainer.hpp"

namespace nmc::drivers {

/// What a training of a model is about, read from the job; it must outlive the trainer.
class TrainingInput {
 public:
  /// Throws UserError for data that is missing, not finite or of another size, and for annealing
  /// without a beta. `workers` run the chain that data may come from.
  TrainingInput(const Job& job, const System& system, const Trainable& model, Workers workers);
  [[nodiscard]] Objective objective() const;
  [[nodiscard]] const TrainingOptions& options() const { return options_; }

 private:
  const System& system_;
  TrainingOptions options_;
  double forward_weight_ = 0;
  catalog::SamplerParts data_sampler_;  ///< of data that come from a chain
  std::unique_ptr<DataSource> data_;
  std::unique_ptr<TargetAnnealing> annealing_;
  std::unique_ptr<BetaDraws> betas_;  ///< of a network for a range of temperatures
};

}  // namespace nmc::drivers
