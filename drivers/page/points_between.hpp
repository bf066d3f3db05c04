#pragma once

#include <string>
#include <vector>

#include "drivers/page/sweep_curves.hpp"
#include "drivers/reweight/size_crossings.hpp"
#include "drivers/reweight/weighted_curves.hpp"

/// What all draws of a curve say between its points, for figures of sweeps.
namespace nmc::drivers::page {

/// One curve of a sweep along β or T.
struct BetweenPoints {
  std::string curve;  ///< its name
  std::vector<WeightedPoint> points;
};

/// Of the systems whose runs are all on one curve. None of a sweep along another key.
[[nodiscard]] std::vector<BetweenPoints> points_between(const std::vector<WeightedCurves>& curves,
                                                        const SweepReport& sweep,
                                                        const SweepAxis& axis);

/// Adds those of an observable to the curves of their names.
void add_between(const std::vector<BetweenPoints>& between, const std::string& observable,
                 const SweepAxis& axis, SweepCurves& found);

/// Crossings of an observable along β or T.
[[nodiscard]] std::vector<CrossingMark> crossing_marks(const std::vector<SizeCrossing>& crossings,
                                                       const std::string& observable,
                                                       const SweepAxis& axis);

}  // namespace nmc::drivers::page
