#include "models/flows/autoregressive/bend_kernel.hpp"

#include <cmath>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "models/flows/autoregressive/bend_kernel.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
// after foreach_target
#include "core/simd/dense-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nmc::bend_detail::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;
using simd::kTile;
using simd::HWY_NAMESPACE::TileTag;

/// One hyperbola: its bend κ with s = e^κ, and its place.
template <class T>
struct Knee {
  T s, place;
};

template <class T>
struct KneePair {
  Knee<T> first, second;
};

template <class T>
KneePair<T> knees_of(const Bends& bends, Index site) {
  const double s = std::exp(bends.kappa[site]);
  return {{static_cast<T>(s), static_cast<T>(bends.left[site])},
          {static_cast<T>(1 / s), static_cast<T>(bends.right[site])}};
}

/// What f does at x: R = √(u² + 1), h, and its slope.
template <class V>
struct AtKnee {
  V y, root, h, slope;
};

template <class D, class T, class V = hn::Vec<D>>
HWY_INLINE AtKnee<V> at_knee(D d, const Knee<T>& knee, V x) {
  const V one = hn::Set(d, 1), rise = hn::Set(d, knee.s - T(1));
  const V u = hn::Sub(x, hn::Set(d, knee.place));
  const V root = hn::Sqrt(hn::MulAdd(u, u, one));
  // Of negative u by 1 / (R − u), which does not cancel.
  const V reach = hn::Add(hn::Abs(u), root);
  const V h = hn::Mul(hn::Set(d, T(0.5)),
                      hn::IfThenElse(hn::Lt(u, hn::Zero(d)), hn::Div(one, reach), reach));
  return {hn::MulAdd(rise, h, x), root, h, hn::MulAdd(rise, hn::Div(h, root), one)};
}

template <class D, class T, class V = hn::Vec<D>>
HWY_INLINE V before_knee(D d, const Knee<T>& knee, V y) {
  const V r = hn::Sub(y, hn::Set(d, knee.place));
  const V root = hn::Sqrt(hn::MulAdd(r, r, hn::Set(d, knee.s)));
  const V a = hn::Set(d, (knee.s + T(1)) / (2 * knee.s)),
          b = hn::Set(d, (knee.s - T(1)) / (2 * knee.s));
  return hn::Add(hn::NegMulAdd(b, root, hn::Mul(a, r)), hn::Set(d, knee.place));
}

template <class T>
HWY_NOINLINE void bend_row(Direction way, const KneePair<T>& knees, T* y, double* log_det) {
  const TileTag<T> d;
  constexpr int lanes = static_cast<int>(hn::MaxLanes(TileTag<T>()));
  alignas(64) T logs[kTile];
  for (int k = 0; k < kTile; k += lanes) {
    auto x = hn::Load(d, y + k);
    if (way == Direction::infer) x = before_knee(d, knees.first, before_knee(d, knees.second, x));
    const auto first = at_knee(d, knees.first, x);
    const auto second = at_knee(d, knees.second, first.y);
    hn::Store(hn::Log(d, hn::Mul(first.slope, second.slope)), d, logs + k);
    hn::Store(way == Direction::generate ? second.y : x, d, y + k);
  }
  const double sign = way == Direction::generate ? 1 : -1;
  for (int k = 0; k < kTile; ++k) log_det[k] += sign * static_cast<double>(logs[k]);
}

/// Cotangents of one knee: from those of y and ln y', that of x, and of s and place added up.
template <class V>
struct KneeVjp {
  V g_x, g_s, g_place;
};

// y = x + (s − 1) h(u), D = ln(1 + (s − 1) h'), h' = h / R, h'' = 1 / (2 R³).
template <class D, class T, class V = hn::Vec<D>>
HWY_INLINE KneeVjp<V> knee_vjp(D d, const Knee<T>& knee, const AtKnee<V>& at, V g_y, V g_log) {
  const V rise = hn::Set(d, knee.s - T(1));
  const V by_slope = hn::Div(g_log, at.slope);
  const V first = hn::Div(at.h, at.root);
  const V second = hn::Div(hn::Set(d, T(0.5)), hn::Mul(at.root, hn::Mul(at.root, at.root)));
  const V bent = hn::Mul(hn::Mul(rise, second), by_slope);
  return {hn::MulAdd(g_y, at.slope, bent), hn::MulAdd(g_y, at.h, hn::Mul(by_slope, first)),
          hn::Neg(hn::MulAdd(hn::Mul(g_y, rise), first, bent))};
}

/// generate: the cotangents of y and ln det go through; infer: with x = g(y), the cotangent of y is
/// G = (g_x − g_log ∂ ln y'/∂x) / y', and those of the numbers are those of generation with −G,
/// −g_log.
template <class T>
HWY_NOINLINE void bend_row_vjp(Direction way, const KneePair<T>& knees, const TileVjp<T>& tile,
                               const BendGradient* grad) {
  const TileTag<T> d;
  constexpr int lanes = static_cast<int>(hn::MaxLanes(TileTag<T>()));
  auto kappa = hn::Zero(d), left = hn::Zero(d), right = hn::Zero(d);
  for (int k = 0; k < kTile; k += lanes) {
    const auto g = hn::Load(d, tile.gy + k), g_log = hn::Load(d, tile.g_log_det + k);
    auto x = hn::Load(d, tile.y + k);
    const bool out = way == Direction::generate;
    if (out) x = before_knee(d, knees.first, before_knee(d, knees.second, x));
    const auto first = at_knee(d, knees.first, x);
    const auto second = at_knee(d, knees.second, first.y);
    auto g_y = g, g_det = g_log;
    if (!out) {
      const auto of_second = knee_vjp(d, knees.second, second, hn::Zero(d), g_log);
      const auto of_first = knee_vjp(d, knees.first, first, of_second.g_x, g_log);
      const auto slope = hn::Mul(first.slope, second.slope);
      g_y = hn::Neg(hn::Div(hn::Sub(g, of_first.g_x), slope));
      g_det = hn::Neg(g_log);
    }
    const auto of_second = knee_vjp(d, knees.second, second, g_y, g_det);
    const auto of_first = knee_vjp(d, knees.first, first, of_second.g_x, g_det);
    hn::Store(out ? x : second.y, d, tile.y + k);
    hn::Store(out ? of_first.g_x : hn::Neg(g_y), d, tile.gy + k);
    // ∂s/∂κ = s of the first knee, −s of the second, whose own s is e^−κ.
    kappa = hn::MulAdd(of_first.g_s, hn::Set(d, knees.first.s), kappa);
    kappa = hn::NegMulAdd(of_second.g_s, hn::Set(d, knees.second.s), kappa);
    left = hn::Add(left, of_first.g_place);
    right = hn::Add(right, of_second.g_place);
  }
  if (!grad) return;
  *grad->kappa += static_cast<double>(hn::GetLane(hn::SumOfLanes(d, kappa)));
  *grad->left += static_cast<double>(hn::GetLane(hn::SumOfLanes(d, left)));
  *grad->right += static_cast<double>(hn::GetLane(hn::SumOfLanes(d, right)));
}

template <class T>
void bend_all(const Bends& bends, Index sites, Direction way, TileView<T> tile) {
  for (Index site = 0; site < sites; ++site)
    bend_row<T>(way, knees_of<T>(bends, site), tile.y + site * kTile, tile.log_det);
}

template <class T>
void bend_all_vjp(const Bends& bends, Index sites, Direction way, const TileVjp<T>& tile,
                  const BendGradient* grad) {
  for (Index site = 0; site < sites; ++site) {
    BendGradient here{};
    if (grad) here = {grad->kappa + site, grad->left + site, grad->right + site};
    bend_row_vjp<T>(way, knees_of<T>(bends, site),
                    {tile.y + site * kTile, tile.gy + site * kTile, tile.g_log_det},
                    grad ? &here : nullptr);
  }
}

#define NMC_BEND(T)                                                              \
  void bend_##T(const Bends& b, Index n, Direction way, TileView<T> t) {         \
    bend_all<T>(b, n, way, t);                                                   \
  }                                                                              \
  void bend_vjp_##T(const Bends& b, Index n, Direction way, const TileVjp<T>& t, \
                    const BendGradient* g) {                                     \
    bend_all_vjp<T>(b, n, way, t, g);                                            \
  }
NMC_BEND(float)
NMC_BEND(double)
#undef NMC_BEND

}  // namespace nmc::bend_detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nmc {
namespace bend_detail {

#define NMC_BEND(T)                                                              \
  HWY_EXPORT(bend_##T);                                                          \
  HWY_EXPORT(bend_vjp_##T);                                                      \
  void bend_any(const Bends& b, Index n, Direction way, TileView<T> t) {         \
    HWY_DYNAMIC_DISPATCH(bend_##T)(b, n, way, t);                                \
  }                                                                              \
  void bend_vjp_any(const Bends& b, Index n, Direction way, const TileVjp<T>& t, \
                    const BendGradient* g) {                                     \
    HWY_DYNAMIC_DISPATCH(bend_vjp_##T)(b, n, way, t, g);                         \
  }
NMC_BEND(float)
NMC_BEND(double)
#undef NMC_BEND

}  // namespace bend_detail

#define NMC_BEND(T)                                                          \
  void bend(const Bends& b, Index n, Direction way, TileView<T> t) {         \
    bend_detail::bend_any(b, n, way, t);                                     \
  }                                                                          \
  void bend_vjp(const Bends& b, Index n, Direction way, const TileVjp<T>& t, \
                const BendGradient* g) {                                     \
    bend_detail::bend_vjp_any(b, n, way, t, g);                              \
  }
NMC_BEND(float)
NMC_BEND(double)
#undef NMC_BEND

}  // namespace nmc
#endif
