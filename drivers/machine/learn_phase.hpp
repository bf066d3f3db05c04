#pragma once

#include "drivers/machine/learn_estimate.hpp"
#include "drivers/session/session.hpp"

namespace nmc::drivers {

/// Trains the machine of a job with [learn]: its rows are read and checked before anything is
/// written. Checkpoints go to DIR/learn.h5, the machine to DIR/model.h5, its log and ln Z to
/// DIR/learned.h5. Every rank computes the same, rank 0 writes.
class LearnPlan {
 public:
  /// UserError for data that do not fit, and for methods that cannot work.
  explicit LearnPlan(const Job& job);
  /// Throws Interrupted after a checkpoint when the session must stop.
  void carry_out(Session& session) const;
  /// Times about a second of steps, and forgets them.
  [[nodiscard]] LearnEstimate estimate(const Threads& threads) const;

 private:
  const Job& job_;
  Batch rows_, held_out_;
};

}  // namespace nmc::drivers
