#pragma once

#include "drivers/machine/learn_estimate.hpp"
#include "drivers/session/session.hpp"
#include "models/energy/dbm_training.hpp"

namespace nmc::drivers {

/// Trains a deep machine, learn.machine = dbm: its rows are read and checked before anything is
/// written. Checkpoints go to DIR/learn.h5, the machine to DIR/model.h5, its log, ln Z and bound to
/// DIR/learned.h5. Every rank computes the same, rank 0 writes.
class DeepPlan {
 public:
  /// UserError for data and keys that do not fit, and for methods that cannot work.
  explicit DeepPlan(const Job& job);
  /// Throws Interrupted after a checkpoint when the session must stop.
  void carry_out(Session& session) const;
  /// Times about a second of steps, and forgets them.
  [[nodiscard]] LearnEstimate estimate(const Threads& threads) const;

 private:
  [[nodiscard]] DbmTraining begin(const Threads& threads) const;

  const Job& job_;
  DbmShape shape_;
  DbmOptions options_;
  GreedyOptions greedy_;
  Index steps_ = 0;    ///< at most
  Index count_ = 0;    ///< rows
  WeightedRows rows_;  ///< the different ones
  Batch held_out_;
};

}  // namespace nmc::drivers
