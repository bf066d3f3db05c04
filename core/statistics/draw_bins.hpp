#pragma once

#include "core/batch.hpp"

namespace nmc::statistics {

/// How a series of any length is summed in at most `most` bins of equal length: the length doubles
/// when they are full, so that it follows from the number of draws alone.
struct DrawBins {
  Index most = 1024;  ///< even

  /// Draws of a bin once `draws` are done: the least power of two that leaves at most `most` bins.
  [[nodiscard]] Index length(Index draws) const {
    Index length = 1;
    while (most * length < draws) length *= 2;
    return length;
  }
  /// Bins that are begun.
  [[nodiscard]] Index begun(Index draws) const {
    const Index of_bin = length(draws);
    return (draws + of_bin - 1) / of_bin;
  }
  /// Bins that are full.
  [[nodiscard]] Index full(Index draws) const { return draws / length(draws); }
  /// Whether draw number `draw`, from 0, is the first that needs bins of twice the length.
  [[nodiscard]] bool doubles_at(Index draw) const {
    return draw > 0 && length(draw + 1) > length(draw);
  }
};

}  // namespace nmc::statistics
