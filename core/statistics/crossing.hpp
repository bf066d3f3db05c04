#pragma once

#include <functional>
#include <vector>

#include "core/statistics/reweighting.hpp"

namespace nmc::statistics {

/// A curve from data, and with each block of them left out: value(x, row), row 0 of all data. NaN
/// where it has no value.
struct BlockedCurve {
  std::function<Index(double x)> blocks;
  std::function<double(double x, Index row)> value;
};

enum class CrossingOutcome {
  found,
  none,     ///< one curve lies above the other wherever they differ by three standard errors
  several,  ///< more than one change of sign
  gap,      ///< the change lies between two pieces
};

/// Where two curves cross.
struct Crossing {
  CrossingOutcome outcome = CrossingOutcome::none;
  ReweightedValue x, value;
  std::vector<double> changes;  ///< places where the sign of the difference changes
};

/// Of two curves from independent data. `pieces` are ranges in which both are known, each as
/// ascending places at which the curves are compared; the crossing is where the difference, beyond
/// three standard errors on either side, changes its sign, and nowhere else between these. Errors
/// are from the roots with one block left out of one of the curves.
[[nodiscard]] Crossing find_crossing(const BlockedCurve& a, const BlockedCurve& b,
                                     const std::vector<std::vector<double>>& pieces);

}  // namespace nmc::statistics
