#pragma once

#include <algorithm>
#include <utility>

#include "core/statistics/draw_bins.hpp"

namespace nmc {

/// Sums over bins of draws, (rows, bins · numbers), bin after bin: grows as draws come, and bins of
/// twice the length take the place of full ones.
class BinnedSums {
 public:
  BinnedSums() = default;
  /// Goes on from sums() of `draws` draws.
  BinnedSums(const statistics::DrawBins& bins, Batch sums) : bins_(bins), sums_(std::move(sums)) {}

  /// One measurement of draw `draw`, from 0, (rows, numbers); `is_first` of that draw. Draws come
  /// in their order.
  void add(Index draw, bool is_first, const Batch& values);
  /// Of the bins that are begun after `draws` draws of so many numbers.
  [[nodiscard]] Batch sums(Index draws, Index numbers) const {
    return sums_.leftCols(std::min(sums_.cols(), bins_.begun(draws) * numbers));
  }

 private:
  statistics::DrawBins bins_;
  Batch sums_;
};

}  // namespace nmc
