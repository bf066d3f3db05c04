// Vector functions per SIMD target; included once per target by the kernel files.
#if defined(NMC_CORE_SIMD_MATH_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NMC_CORE_SIMD_MATH_INL_H_
#undef NMC_CORE_SIMD_MATH_INL_H_
#else
#define NMC_CORE_SIMD_MATH_INL_H_
#endif

#include "hwy/contrib/math/math-inl.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace nmc::simd::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// e^x for float arguments at most 0. 2^n p(r), r = x - n ln 2 in [-ln2/2, ln2/2], p the minimax
/// polynomial of degree 5; relative error 2e-7 down to x = -87, below which e^-87 is returned.
/// n rides in the low bits of a float around 1.5 2^23, so no conversion is needed.
template <class D, hwy::EnableIf<sizeof(hn::TFromD<D>) == 4>* = nullptr>
HWY_INLINE hn::Vec<D> exp_nonpositive(D d, hn::Vec<D> x) {
  const hn::RebindToSigned<D> di;
  const auto magic = hn::Set(d, 12582912.0f);
  const auto clamped = hn::Max(x, hn::Set(d, -87.0f));
  const auto shifted = hn::MulAdd(clamped, hn::Set(d, 1.44269504088896341f), magic);
  const auto n = hn::Sub(shifted, magic);
  const auto r = hn::NegMulAdd(n, hn::Set(d, 0.693147180559945286f), clamped);
  auto p = hn::MulAdd(hn::Set(d, 8.29027e-3f), r, hn::Set(d, 4.189816e-2f));
  p = hn::MulAdd(p, r, hn::Set(d, 1.6667638e-1f));
  p = hn::MulAdd(p, r, hn::Set(d, 4.9999148e-1f));
  p = hn::MulAdd(p, r, hn::Set(d, 9.9999971e-1f));
  p = hn::MulAdd(p, r, hn::Set(d, 1.0f));
  const auto exponent = hn::ShiftLeft<23>(hn::BitCast(di, shifted));
  return hn::BitCast(d, hn::Add(hn::BitCast(di, p), exponent));
}

/// e^x for double arguments at most 0.
template <class D, hwy::EnableIf<sizeof(hn::TFromD<D>) == 8>* = nullptr>
HWY_INLINE hn::Vec<D> exp_nonpositive(D d, hn::Vec<D> x) {
  return hn::Exp(d, x);
}

/// x > 0 ? x : e^x - 1. Absolute error of the negative branch: 1.5 ulp of 1.
template <class D, class V>
HWY_INLINE V vec_elu(D d, V x) {
  const V zero = hn::Zero(d);
  const V low = exp_nonpositive(d, hn::Min(x, zero));
  return hn::Add(hn::Max(x, zero), hn::Sub(low, hn::Set(d, 1)));
}

template <class D, class V>
HWY_INLINE V vec_tanh(D d, V x) {
  return hn::Tanh(d, x);
}

/// ln(1 + e^x) = max(x, 0) + log1p(e^-|x|).
template <class D, class V>
HWY_INLINE V vec_softplus(D d, V x) {
  const V tail = hn::Log1p(d, hn::Exp(d, hn::Neg(hn::Abs(x))));
  return hn::Add(hn::Max(x, hn::Zero(d)), tail);
}

/// 1/(1 + e^-x) = (1 or e) / (1 + e) with e = e^-|x|, which does not overflow.
template <class D, class V>
HWY_INLINE V vec_sigmoid(D d, V x) {
  const V one = hn::Set(d, 1);
  const V e = hn::Exp(d, hn::Neg(hn::Abs(x)));
  return hn::Div(hn::IfThenElse(hn::Ge(x, hn::Zero(d)), one, e), hn::Add(one, e));
}

/// ln cosh x = |x| + log1p(m / 2) and tanh |x| = -m / (2 + m), with m = expm1(-2|x|).
template <class D, class V>
HWY_INLINE V vec_log_cosh(D d, V x, V& tanh_x) {
  const V a = hn::Abs(x);
  const V m = hn::Expm1(d, hn::Mul(hn::Set(d, -2), a));
  tanh_x = hn::CopySign(hn::Div(hn::Neg(m), hn::Add(m, hn::Set(d, 2))), x);
  return hn::Add(a, hn::Log1p(d, hn::Mul(hn::Set(d, 0.5), m)));
}

}  // namespace nmc::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif  // per-target include guard
