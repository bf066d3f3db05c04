#pragma once

namespace nmc {

/// The inverse temperatures that a network has as an input.
struct BetaRange {
  double least = 0;
  double most = 0;

  [[nodiscard]] bool holds(double beta) const { return beta >= least && beta <= most; }
  /// The number that the network reads, -1 … 1 over the range.
  [[nodiscard]] double input(double beta) const {
    return ((beta - least) - (most - beta)) / (most - least);
  }
};

}  // namespace nmc
