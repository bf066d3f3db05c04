#pragma once

#include "drivers/machine/learned_file.hpp"
#include "models/energy/dbm_training.hpp"

namespace nmc::drivers {

/// What a deep machine is judged by, and how much that may cost.
struct DeepJudge {
  const WeightedRows& rows;  ///< learned from
  const Batch& held_out;     ///< may have none
  Index ais_temperatures = 1000;
  Index ais_chains = 512;
  std::uint64_t seed = 1;
  const Threads& threads;

  /// CPU seconds that the exact Z and ln p(v) of the rows would take, infinite where they cannot be
  /// had.
  [[nodiscard]] double z_seconds(const Dbm& dbm) const;
  [[nodiscard]] double nll_seconds(const Dbm& dbm) const;
  /// Fills in ln Z, exactly where that is patient enough, else by annealed importance sampling of
  /// the folded machine, and with it the bound and, where it is known, the NLL.
  void put(const Dbm& dbm, Learned& learned) const;
};

}  // namespace nmc::drivers
