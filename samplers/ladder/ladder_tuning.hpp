#pragma once

#include <span>
#include <vector>

#include "core/batch.hpp"

namespace nmc {

/// Places the rungs of a ladder so that all neighbours exchange equally often (Syed, Bouchard-Côté,
/// Deligiannidis and Doucet, J. R. Stat. Soc. B 84, 321 (2022), section 5). The communication
/// barrier Λ(β) is the sum of the rejection rates of the exchanges below β; the rungs go where Λ is
/// divided evenly. Both ends stay. Rounds end at 1/32, 1/16, …, 1/2 of the warm-up; the second half
/// walks on the final ladder.
class LadderTuning {
 public:
  /// At least two betas, ascending. A ladder that is not adapted only measures its barrier.
  LadderTuning(std::vector<double> betas, bool is_adapted);

  [[nodiscard]] const std::vector<double>& betas() const { return betas_; }
  /// Counts up where the ladder changed, and once at the end of warm-up: what was counted before
  /// belongs to another ladder, or to warm-up.
  [[nodiscard]] Index epoch() const { return epoch_; }
  [[nodiscard]] bool is_frozen() const { return is_frozen_; }

  /// Mean acceptance of every neighbouring pair in one step, NaN for pairs that were not tried.
  /// True where the betas changed.
  bool add(Index step, Index warmup, const Column& acceptance);

  [[nodiscard]] std::vector<double> state() const;
  /// Number of entries of state().
  [[nodiscard]] std::size_t state_size() const { return 2 + 3 * betas_.size() - 2; }
  void set_state(std::span<const double> state);

 private:
  std::vector<double> betas_;
  bool is_adapted_;
  bool is_frozen_ = false;
  Index epoch_ = 0;
  std::vector<double> sum_, tries_;  ///< of the acceptance in this round, per pair
};

/// Betas with the same ends that divide Σ `rejection` (per pair of the old ones) evenly, Λ taken as
/// linear between the old rungs.
[[nodiscard]] std::vector<double> even_barrier(const std::vector<double>& betas,
                                               const std::vector<double>& rejection);

}  // namespace nmc
