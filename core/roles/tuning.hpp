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

/// Whether there is something left to tune; a sampler without a tuning has null.
[[nodiscard]] inline bool is_tuned(const Tuning* tuning) {
  return tuning != nullptr && !tuning->is_frozen();
}
[[nodiscard]] inline bool wants_configurations(const Tuning* tuning, Index step, Index warmup) {
  return tuning != nullptr && tuning->wants_configurations(step, warmup);
}
/// None where there is no tuning.
[[nodiscard]] std::vector<double> numbers_of(const Tuning* tuning);
/// UserError where there are numbers and no tuning.
void set_numbers(Tuning* tuning, std::span<const double> numbers);

/// Those of several, each behind their count.
[[nodiscard]] std::vector<double> joined_numbers(const std::vector<Tuning*>& parts);
/// The way back; UserError, which names `whole`, where they are those of other parts.
void set_joined_numbers(const std::vector<Tuning*>& parts, std::span<const double> numbers,
                        const char* whole);

}  // namespace nmc
