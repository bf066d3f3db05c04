// Slopes of smooth hidden units and sums over the chains of a tile, per SIMD target.
#if defined(NMC_MODELS_SMOOTH_UNITS_KERNEL_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NMC_MODELS_SMOOTH_UNITS_KERNEL_INL_H_
#undef NMC_MODELS_SMOOTH_UNITS_KERNEL_INL_H_
#else
#define NMC_MODELS_SMOOTH_UNITS_KERNEL_INL_H_
#endif

#include "models/flows/nets/net_kernel-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nmc::HWY_NAMESPACE {

/// σ'(a) and σ''(a)/σ'(a) by h = σ(a): tanh 1 − h², −2 h; softplus 1 − e^−h, e^−h.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V slope_of(D d, simd::Activation kind, V h) {
  const V one = hn::Set(d, 1);
  return kind == simd::Activation::tanh ? hn::NegMulAdd(h, h, one)
                                        : hn::Sub(one, hn::Exp(d, hn::Neg(h)));
}
template <class D, class V = hn::Vec<D>>
HWY_INLINE V bend_of(D d, simd::Activation kind, V h) {
  return kind == simd::Activation::tanh ? hn::Mul(hn::Set(d, -2), h) : hn::Exp(d, hn::Neg(h));
}

/// Σ over the lanes of a row.
template <class T>
HWY_INLINE double lane_sum(const T* row) {
  const TileTag<T> d;
  auto sum = hn::Zero(d);
  for (int k = 0; k < kTile; k += static_cast<int>(hn::Lanes(d)))
    sum = hn::Add(sum, hn::Load(d, row + k));
  return static_cast<double>(hn::GetLane(hn::SumOfLanes(d, sum)));
}

template <class T>
HWY_INLINE double lane_product(const T* a, const T* b) {
  const TileTag<T> d;
  auto sum = hn::Zero(d);
  for (int k = 0; k < kTile; k += static_cast<int>(hn::Lanes(d)))
    sum = hn::MulAdd(hn::Load(d, a + k), hn::Load(d, b + k), sum);
  return static_cast<double>(hn::GetLane(hn::SumOfLanes(d, sum)));
}

}  // namespace nmc::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif  // per-target include guard
