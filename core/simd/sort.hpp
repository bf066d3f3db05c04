#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace nmc::simd {

/// Finite numbers in ascending order, and where each of them was; both zeros are +0 and one value.
/// The order of equal numbers is any.
struct Sorted {
  std::vector<double> values;
  std::vector<std::int64_t> places;
};
[[nodiscard]] Sorted sort(std::span<const double> values);

}  // namespace nmc::simd
