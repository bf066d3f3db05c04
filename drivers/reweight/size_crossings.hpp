#pragma once

#include <string>
#include <vector>

#include "drivers/reweight/weighted_curves.hpp"

namespace nmc::drivers {

/// Where the curves of two sizes of one system cross.
struct SizeCrossing {
  std::string observable;       ///< binder or xi_over_L
  std::string system;           ///< the first size's title, where several systems were swept
  double small = 0, large = 0;  ///< L
  statistics::Crossing crossing;
  std::string why;  ///< there is none; empty where there is one
};

/// The Binder parameter and xi/L of neighbouring sizes of every system without random couplings,
/// where two or more sizes have a curve.
[[nodiscard]] std::vector<SizeCrossing> size_crossings(const std::vector<WeightedCurves>& curves);

/// The same of a sweep whose sizes have two temperatures or more each; none of another.
[[nodiscard]] std::vector<SizeCrossing> size_crossings(const SweepReport& sweep);

/// A line for each; empty where there are none.
[[nodiscard]] std::string crossings_text(const std::vector<SizeCrossing>& crossings);
/// An object named crossing for each.
[[nodiscard]] std::string crossings_json(const std::vector<SizeCrossing>& crossings);

}  // namespace nmc::drivers
