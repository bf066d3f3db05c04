// xoshiro256++ with one generator per 64-bit lane (Blackman and Vigna, ACM TOMS 47 (2021) 36).
// Included once per SIMD target.
#include <cstdint>

#include "hwy/highway.h"

#if defined(NMC_CORE_RANDOM_XOSHIRO_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef NMC_CORE_RANDOM_XOSHIRO_INL_H
#undef NMC_CORE_RANDOM_XOSHIRO_INL_H
#else
#define NMC_CORE_RANDOM_XOSHIRO_INL_H
#endif

HWY_BEFORE_NAMESPACE();
namespace nmc::random_detail::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

template <class D>
class XoshiroLanes {
 public:
  using V = hn::Vec<D>;

  XoshiroLanes() = default;
  /// state[k * stride + i] is word k of the generator of lane i.
  HWY_INLINE XoshiroLanes(D d, const std::uint64_t* state, std::ptrdiff_t stride)
      : s0_(hn::LoadU(d, state)),
        s1_(hn::LoadU(d, state + stride)),
        s2_(hn::LoadU(d, state + 2 * stride)),
        s3_(hn::LoadU(d, state + 3 * stride)) {}

  HWY_INLINE V next() {
    const V result = hn::Add(hn::RotateRight<64 - 23>(hn::Add(s0_, s3_)), s0_);
    const V t = hn::ShiftLeft<17>(s1_);
    // The four words from the old ones, so that three of them are one instruction each.
    const V s1 = hn::Xor3(s1_, s2_, s0_), s0 = hn::Xor3(s0_, s3_, s1_);
    s2_ = hn::Xor3(s2_, s0_, t);
    s3_ = hn::RotateRight<64 - 45>(hn::Xor(s3_, s1_));
    s1_ = s1;
    s0_ = s0;
    return result;
  }

  HWY_INLINE void store(D d, std::uint64_t* state, std::ptrdiff_t stride) const {
    hn::StoreU(s0_, d, state);
    hn::StoreU(s1_, d, state + stride);
    hn::StoreU(s2_, d, state + 2 * stride);
    hn::StoreU(s3_, d, state + 3 * stride);
  }

 private:
  V s0_, s1_, s2_, s3_;
};

}  // namespace nmc::random_detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
