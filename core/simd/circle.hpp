#pragma once

#include <span>

namespace nmc::simd {

// Functions of angles through run-time SIMD dispatch, any number of turns large. Each element's
// result does not depend on its position or on the array's length; NaN and infinity give NaN.

/// cosine and sine of every angle; all three of equal length, in may be one of the other two.
/// Errors <= 4 ulp of 1, measured by tests/core/simd/circle_test.cpp.
void cos_sin(std::span<const double> in, std::span<double> cosine, std::span<double> sine);

/// Less whole turns, to (−π, π]; what is there stays as it is, bit for bit.
void wrap(std::span<double> angles);

}  // namespace nmc::simd
