#include "core/spins/byte_counts.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/spins/byte_counts.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
// after foreach_target
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace nmc::spins_detail::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

HWY_INLINE Index unequal_of(const std::int8_t* a, const std::int8_t* b, Index count) {
  const hn::ScalableTag<std::int8_t> d;
  const auto step = static_cast<Index>(hn::Lanes(d));
  Index sum = 0, i = 0;
  for (; i + step <= count; i += step)
    sum += static_cast<Index>(hn::CountTrue(d, hn::Ne(hn::LoadU(d, a + i), hn::LoadU(d, b + i))));
  for (; i < count; ++i) sum += a[i] != b[i] ? 1 : 0;
  return sum;
}

HWY_NOINLINE Index unequal(const std::int8_t* a, const std::int8_t* b, Index count) {
  return unequal_of(a, b, count);
}

HWY_NOINLINE Index torus_unequal(const std::int8_t* s, const std::vector<Index>& extents) {
  Index sites = 1, sum = 0, stride = 1;
  for (const Index extent : extents) sites *= extent;
  for (const Index extent : extents) {
    const Index block = stride * extent;  // sites with the same coordinates in later directions
    for (Index first = 0; first < sites && extent > 1; first += block) {
      const std::int8_t* begin = s + first;
      sum += unequal_of(begin, begin + stride, block - stride);
      if (stride == 1)  // around the torus
        sum += begin[0] != begin[block - 1] ? 1 : 0;
      else
        sum += unequal_of(begin, begin + block - stride, stride);
    }
    stride = block;
  }
  return sum;
}

HWY_NOINLINE Index positive(const std::int8_t* a, Index count) {
  const hn::ScalableTag<std::int8_t> d;
  const auto step = static_cast<Index>(hn::Lanes(d));
  Index sum = 0, i = 0;
  for (; i + step <= count; i += step)
    sum += static_cast<Index>(hn::CountTrue(d, hn::Gt(hn::LoadU(d, a + i), hn::Zero(d))));
  for (; i < count; ++i) sum += a[i] > 0 ? 1 : 0;
  return sum;
}

}  // namespace nmc::spins_detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nmc::spins_detail {

HWY_EXPORT(unequal);
HWY_EXPORT(positive);
HWY_EXPORT(torus_unequal);

Index count_unequal(const std::int8_t* a, const std::int8_t* b, Index count) {
  return HWY_DYNAMIC_DISPATCH(unequal)(a, b, count);
}

Index count_positive(const std::int8_t* a, Index count) {
  return HWY_DYNAMIC_DISPATCH(positive)(a, count);
}

Index count_torus_unequal(const std::int8_t* s, const std::vector<Index>& extents) {
  return HWY_DYNAMIC_DISPATCH(torus_unequal)(s, extents);
}

}  // namespace nmc::spins_detail
#endif
