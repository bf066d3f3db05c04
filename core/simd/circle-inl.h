// Angles in vectors, per SIMD target; included once per target by the kernel files.
#if defined(NMC_CORE_SIMD_CIRCLE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NMC_CORE_SIMD_CIRCLE_INL_H_
#undef NMC_CORE_SIMD_CIRCLE_INL_H_
#else
#define NMC_CORE_SIMD_CIRCLE_INL_H_
#endif

#include <numbers>

#include "hwy/contrib/math/math-inl.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace nmc::simd::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// x less whole turns, in (−π, π], for |x| of a few thousand at most; x itself where it is there.
template <class D, class V>
HWY_INLINE V vec_wrap(D d, V x) {
  const V turn = hn::Set(d, 2 * std::numbers::pi), half = hn::Set(d, std::numbers::pi);
  const V turns = hn::Round(hn::Mul(x, hn::Set(d, 0.5 / std::numbers::pi)));
  V y = hn::NegMulAdd(turns, turn, x);
  y = hn::IfThenElse(hn::Gt(y, half), hn::Sub(y, turn), y);
  return hn::IfThenElse(hn::Le(y, hn::Neg(half)), hn::Min(hn::Add(y, turn), half), y);
}

/// The angle of the vector (x, y), in [−π, π]; 0 of the null vector.
template <class D, class V>
HWY_INLINE V vec_atan2(D d, V y, V x) {
  const V zero = hn::Zero(d), ax = hn::Abs(x), ay = hn::Abs(y);
  const V most = hn::Max(ax, ay), least = hn::Min(ax, ay);
  const V ratio = hn::Div(least, hn::IfThenElse(hn::Gt(most, zero), most, hn::Set(d, 1)));
  V angle = hn::Atan(d, ratio);
  angle = hn::IfThenElse(hn::Gt(ay, ax), hn::Sub(hn::Set(d, std::numbers::pi / 2), angle), angle);
  angle = hn::IfThenElse(hn::Lt(x, zero), hn::Sub(hn::Set(d, std::numbers::pi), angle), angle);
  return hn::CopySign(angle, y);
}

}  // namespace nmc::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif  // per-target include guard
