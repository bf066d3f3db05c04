// xoroshiro128++ with one generator per 64-bit lane (Blackman and Vigna, ACM TOMS 47 (2021) 36).
// Included once per SIMD target.
#include <cstddef>
#include <cstdint>

#include "hwy/highway.h"

#if defined(NMC_CORE_RANDOM_XOROSHIRO_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef NMC_CORE_RANDOM_XOROSHIRO_INL_H
#undef NMC_CORE_RANDOM_XOROSHIRO_INL_H
#else
#define NMC_CORE_RANDOM_XOROSHIRO_INL_H
#endif

HWY_BEFORE_NAMESPACE();
namespace nmc::random_detail::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

template <class D>
class XoroshiroLanes {
 public:
  using V = hn::Vec<D>;

  XoroshiroLanes() = default;
  /// Generators of a XoroshiroBank with `stride` of them, from the one at `state` on.
  HWY_INLINE XoroshiroLanes(D d, const std::uint64_t* state, std::ptrdiff_t stride)
      : s0_(hn::LoadU(d, state)), s1_(hn::LoadU(d, state + stride)) {}

  HWY_INLINE V next() {
    const V result = hn::Add(hn::RotateRight<64 - 17>(hn::Add(s0_, s1_)), s0_);
    const V mixed = hn::Xor(s1_, s0_);
    s0_ = hn::Xor3(hn::RotateRight<64 - 49>(s0_), mixed, hn::ShiftLeft<21>(mixed));
    s1_ = hn::RotateRight<64 - 28>(mixed);
    return result;
  }

  /// Lanes from `count` on have not drawn since `before`.
  HWY_INLINE void undo_from(D d, std::size_t count, const XoroshiroLanes& before) {
    const auto stays = hn::FirstN(d, count);
    s0_ = hn::IfThenElse(stays, s0_, before.s0_);
    s1_ = hn::IfThenElse(stays, s1_, before.s1_);
  }

  HWY_INLINE void store(D d, std::uint64_t* state, std::ptrdiff_t stride) const {
    hn::StoreU(s0_, d, state);
    hn::StoreU(s1_, d, state + stride);
  }

 private:
  V s0_, s1_;
};

}  // namespace nmc::random_detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
