#pragma once

#include <memory>

#include "drivers/machine/learn_estimate.hpp"
#include "drivers/session/session.hpp"
#include "models/generators/generator_training.hpp"

namespace nmc::drivers {

/// A training of one of the kinds.
struct BegunTraining {
  std::unique_ptr<VaeTraining> vae{};
  std::unique_ptr<GanTraining> gan{};
  [[nodiscard]] GeneratorTraining& training() const {
    if (vae) return *vae;
    return *gan;
  }
};

/// Trains a generator, learn.machine = vae or gan, which draws and knows no density: its rows are
/// read and checked before anything is written. Checkpoints go to DIR/learn.h5, the generator to
/// DIR/model.h5, which no sampler takes, its log, what is known of it and draws to DIR/learned.h5.
/// Every rank computes the same, rank 0 writes.
class GeneratorPlan {
 public:
  /// UserError for data and keys that do not fit.
  explicit GeneratorPlan(const Job& job);
  /// Throws Interrupted after a checkpoint when the session must stop.
  void carry_out(Session& session) const;
  /// Times about a second of steps, and forgets them.
  [[nodiscard]] LearnEstimate estimate() const;

 private:
  [[nodiscard]] BegunTraining begin() const;

  const Job& job_;
  bool is_vae_ = false;
  Batch rows_, held_out_;
  Standard standard_;
  GeneratorTrainingOptions options_;
  Critic critic_;
};

}  // namespace nmc::drivers
