// What an affine or additive coupling does to one moved variable of a tile of 64 chains, per SIMD
// target: both directions and both vector-Jacobian products.
#if defined(NMC_MODELS_AFFINE_MOVE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NMC_MODELS_AFFINE_MOVE_INL_H_
#undef NMC_MODELS_AFFINE_MOVE_INL_H_
#else
#define NMC_MODELS_AFFINE_MOVE_INL_H_
#endif

#include "models/flows/nets/net_kernel-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nmc::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;
namespace tile_ops = simd::HWY_NAMESPACE;
using simd::kTile;
using tile_ops::TileTag;

/// s = scale tanh(S) in place of S; th, where not null, receives tanh(S).
template <class T>
HWY_NOINLINE void bound_row(T scale, T* s, T* th) {
  const TileTag<T> d;
  for (int k = 0; k < kTile; k += kLanes<T>) {
    const auto t = tile_ops::vec_tanh(d, hn::Load(d, s + k));
    if (th) hn::Store(t, d, th + k);
    hn::Store(hn::Mul(hn::Set(d, scale), t), d, s + k);
  }
}

/// y ← y e^s + t, or its inverse where it does not generate; log_det += ± s. s may be null
/// (additive).
template <class T>
HWY_NOINLINE void move_patch(bool generates, const T* s, const T* t, T* y, T* log_det) {
  const TileTag<T> d;
  for (int k = 0; k < kTile; k += kLanes<T>) {
    const auto v = hn::Load(d, y + k);
    const auto shift = hn::Load(d, t + k);
    if (!s) {
      hn::Store(generates ? hn::Add(v, shift) : hn::Sub(v, shift), d, y + k);
      continue;
    }
    const auto log_scale = hn::Load(d, s + k);
    const auto sum = hn::Load(d, log_det + k);
    if (generates) {
      hn::Store(hn::MulAdd(v, hn::Exp(d, log_scale), shift), d, y + k);
      hn::Store(hn::Add(sum, log_scale), d, log_det + k);
    } else {
      hn::Store(hn::Mul(hn::Sub(v, shift), hn::Exp(d, hn::Neg(log_scale))), d, y + k);
      hn::Store(hn::Sub(sum, log_scale), d, log_det + k);
    }
  }
}

/// One moved variable of one patch, backward. v enters as output and leaves as input, gv likewise.
/// Writes the cotangents of t and of the raw S, and adds that of scale to the lane sum.
template <class T>
struct MovedRow {
  T* v;
  T* gv;
  const T* t;
  const T* s;   ///< null for an additive coupling
  const T* th;  ///< tanh(S)
  T* g_t;
  T* g_s;
  T* g_scale;  ///< lane sum or null
};

/// generate: v' = v e^s + t gives g_t = g', g_s = g' (v' - t) + g_log_det, g = g' e^s;
/// infer: u = (v - t) e^-s gives g_v = g_u e^-s, g_t = -g_v, g_s = -g_u u - g_log_det.
template <class T>
HWY_NOINLINE void move_vjp(bool generates, T scale, const T* g_log_det, const MovedRow<T>& row) {
  const TileTag<T> d;
  auto scale_sum = row.g_scale ? hn::Load(d, row.g_scale) : hn::Zero(d);
  for (int k = 0; k < kTile; k += kLanes<T>) {
    const auto v = hn::Load(d, row.v + k);
    const auto g = hn::Load(d, row.gv + k);
    const auto t = hn::Load(d, row.t + k);
    if (!row.s) {
      hn::Store(generates ? hn::Sub(v, t) : hn::Add(v, t), d, row.v + k);
      hn::Store(generates ? g : hn::Neg(g), d, row.g_t + k);
      continue;
    }
    const auto s = hn::Load(d, row.s + k);
    const auto gl = hn::Load(d, g_log_det + k);
    auto g_s = gl;
    if (generates) {
      const auto moved = hn::Sub(v, t);
      hn::Store(hn::Mul(moved, hn::Exp(d, hn::Neg(s))), d, row.v + k);
      hn::Store(g, d, row.g_t + k);
      hn::Store(hn::Mul(g, hn::Exp(d, s)), d, row.gv + k);
      g_s = hn::MulAdd(g, moved, gl);
    } else {
      hn::Store(hn::MulAdd(v, hn::Exp(d, s), t), d, row.v + k);
      const auto gv = hn::Mul(g, hn::Exp(d, hn::Neg(s)));
      hn::Store(hn::Neg(gv), d, row.g_t + k);
      hn::Store(gv, d, row.gv + k);
      g_s = hn::Neg(hn::MulAdd(g, v, gl));
    }
    const auto th = hn::Load(d, row.th + k);
    scale_sum = hn::MulAdd(g_s, th, scale_sum);
    const auto slope = hn::NegMulAdd(th, th, hn::Set(d, 1));
    hn::Store(hn::Mul(hn::Mul(g_s, hn::Set(d, scale)), slope), d, row.g_s + k);
  }
  if (row.g_scale) hn::Store(scale_sum, d, row.g_scale);
}

}  // namespace nmc::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif  // per-target include guard
