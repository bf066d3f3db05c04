#include "core/simd/circle.hpp"

#include <cmath>
#include <cstddef>
#include <numbers>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/simd/circle.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
// after foreach_target
#include "core/simd/circle-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nmc::simd::HWY_NAMESPACE {

using Wide = hn::CappedTag<double, 8>;
using Narrow = hn::CappedTag<double, 1>;

/// Calls work(tag, first element) so that vectors cover all; the arithmetic is the same in vectors
/// of any length.
template <class Work>
HWY_INLINE void over_elements(std::size_t n, const Work& work) {
  constexpr std::size_t step = hn::MaxLanes(Wide());
  std::size_t i = 0;
  for (; i + step <= n; i += step) work(Wide(), i);
  for (; i < n; ++i) work(Narrow(), i);
}

void cos_sin_kernel(const double* in, double* cosine, double* sine, std::size_t n) {
  over_elements(n, [&](auto d, std::size_t i) HWY_ATTR {
    const auto x = hn::LoadU(d, in + i);
    hn::StoreU(hn::Cos(d, x), d, cosine + i);
    hn::StoreU(hn::Sin(d, x), d, sine + i);
  });
}

void wrap_kernel(double* angles, std::size_t n) {
  over_elements(n, [&](auto d, std::size_t i) HWY_ATTR {
    hn::StoreU(vec_wrap(d, hn::LoadU(d, angles + i)), d, angles + i);
  });
}

}  // namespace nmc::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <algorithm>
#include <array>
#include <cassert>

namespace nmc::simd {

HWY_EXPORT(cos_sin_kernel);
HWY_EXPORT(wrap_kernel);

namespace {

// The range in which the vectors have all their digits; angles beyond it are rare.
constexpr double vector_range = 3e4;
constexpr std::size_t block = 256;

bool is_far(double angle) {
  return !(std::abs(angle) <= vector_range);
}

}  // namespace

void cos_sin(std::span<const double> in, std::span<double> cosine, std::span<double> sine) {
  assert(in.size() == cosine.size() && in.size() == sine.size());
  std::array<double, block> angles;
  for (std::size_t at = 0; at < in.size(); at += block) {
    const std::size_t n = std::min(block, in.size() - at);
    std::copy_n(in.begin() + static_cast<std::ptrdiff_t>(at), n, angles.begin());
    HWY_DYNAMIC_DISPATCH(cos_sin_kernel)
    (angles.data(), cosine.data() + at, sine.data() + at, n);
    for (std::size_t i = 0; i < n; ++i) {
      if (!is_far(angles[i])) continue;
      cosine[at + i] = std::cos(angles[i]);
      sine[at + i] = std::sin(angles[i]);
    }
  }
}

void wrap(std::span<double> angles) {
  for (double& angle : angles)
    if (is_far(angle)) angle = std::remainder(angle, 2 * std::numbers::pi);
  HWY_DYNAMIC_DISPATCH(wrap_kernel)(angles.data(), angles.size());
}

}  // namespace nmc::simd
#endif
