#pragma once

#include <span>
#include <vector>

#include "core/batch.hpp"

namespace nmc {

/// Pooled over all chains of all ranks, the same numbers on every rank.
struct WarmupStep {
  Index step = 0;     ///< 0 … warmup-1
  Index warmup = 0;   ///< number of warm-up steps in all
  Column acceptance;  ///< mean acceptance of each part, (parts); (1) where the step has one part;
                      ///< NaN for a part that was not run
  /// Current configurations of all chains (all chains, sites); empty unless wants_configurations.
  Batch x;
};

/// What warm-up tunes, apart from the kernel that reads it.
class Tuning {
 public:
  virtual ~Tuning() = default;
  /// Whether nothing is left to tune, by choice or because it is done.
  [[nodiscard]] virtual bool is_frozen() const = 0;
  [[nodiscard]] virtual bool wants_configurations(Index /*step*/, Index /*warmup*/) const {
    return false;
  }
  virtual void adapt(const WarmupStep& pooled) = 0;
  /// What adapt() has set (step size, mass, its counters): all that a checkpoint must hold.
  [[nodiscard]] virtual std::vector<double> numbers() const = 0;
  /// UserError where they are those of another tuning.
  virtual void set_numbers(std::span<const double> numbers) = 0;
};

}  // namespace nmc
