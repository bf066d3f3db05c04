#pragma once

#include "drivers/machine/learn_estimate.hpp"
#include "drivers/session/session.hpp"
#include "models/energy/inverse_ising.hpp"

namespace nmc::drivers {

/// Learns the couplings of a job with learn.machine = ising: its rows are read and checked before
/// anything is written. Checkpoints go to DIR/learn.h5, the couplings, a graph that
/// system.bonds reads, to DIR/couplings.h5, and the log with standard errors to DIR/learned.h5.
/// Every rank computes the same, rank 0 writes.
class IsingPlan {
 public:
  /// UserError for data and keys that do not fit, and for methods that cannot work.
  explicit IsingPlan(const Job& job);
  /// Throws Interrupted after a checkpoint when the session must stop.
  void carry_out(Session& session) const;
  /// Times about a second of steps, and forgets them.
  [[nodiscard]] LearnEstimate estimate(const Threads& threads) const;

 private:
  const Job& job_;
  IsingShape shape_;
  std::vector<Index> extents_;  ///< of the lattice; (sites) where there is none known
  InverseIsing::Options options_;
  Batch held_out_;
  Index count_ = 0;    ///< rows
  WeightedRows rows_;  ///< the different ones
};

}  // namespace nmc::drivers
