// Rational-quadratic splines of the circle on tiles of 64 chains, per SIMD target.
#if defined(NMC_MODELS_CIRCULAR_SPLINE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NMC_MODELS_CIRCULAR_SPLINE_INL_H_
#undef NMC_MODELS_CIRCULAR_SPLINE_INL_H_
#else
#define NMC_MODELS_CIRCULAR_SPLINE_INL_H_
#endif

#include <numbers>

#include "core/simd/circle-inl.h"
#include "core/simd/dense-inl.h"
#include "core/simd/math-inl.h"
#include "models/flows/spline/circular_spline.hpp"

HWY_BEFORE_NAMESPACE();
namespace nmc::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;
namespace circle_ops = simd::HWY_NAMESPACE;
using AngleTag = circle_ops::TileTag<double>;
using AngleVec = hn::Vec<AngleTag>;

inline constexpr int kAngleLanes = static_cast<int>(hn::MaxLanes(AngleTag()));
inline constexpr double kTurn = 2 * std::numbers::pi;
/// softplus(kSlopeShift) = 1: numbers 0 are the identity.
inline constexpr double kSlopeShift = 0.54132485461291811;  // ln(e − 1)

/// One spline of a tile: widths and heights of the bins, which sum up to 2π, and slopes at their
/// lower ends; the slope at 2π is that at 0. Rows of simd::kTile chains each, (bins).
struct SplineRows {
  int bins;
  double *width, *height, *slope;
};

/// The bin of a point: lower ends x and y, width w and height h, slopes at its ends.
struct SplineBin {
  AngleVec x, y, w, h, low, high, index;
};

/// shares ← 2π (m + (1 − bins m) softmax(raw)), m = kLeastBin.
HWY_INLINE void spline_shares(const double* raw, int bins, double* shares) {
  const AngleTag d;
  const auto least = hn::Set(d, kTurn * kLeastBin);
  for (int k = 0; k < simd::kTile; k += kAngleLanes) {
    auto most = hn::Load(d, raw + k);
    for (int j = 1; j < bins; ++j) most = hn::Max(most, hn::Load(d, raw + j * simd::kTile + k));
    auto sum = hn::Zero(d);
    for (int j = 0; j < bins; ++j) {
      const auto e = hn::Exp(d, hn::Sub(hn::Load(d, raw + j * simd::kTile + k), most));
      hn::Store(e, d, shares + j * simd::kTile + k);
      sum = hn::Add(sum, e);
    }
    const auto unit = hn::Div(hn::Set(d, kTurn * (1 - bins * kLeastBin)), sum);
    for (int j = 0; j < bins; ++j) {
      double* at = shares + j * simd::kTile + k;
      hn::Store(hn::MulAdd(hn::Load(d, at), unit, least), d, at);
    }
  }
}

/// Widths, heights and slopes from the numbers of the net, (3 bins + 1) rows.
inline HWY_NOINLINE void shape_spline(const double* raw, const SplineRows& rows) {
  const AngleTag d;
  const int size = rows.bins * simd::kTile;
  spline_shares(raw, rows.bins, rows.width);
  spline_shares(raw + size, rows.bins, rows.height);
  const double* of_slopes = raw + 2 * size;
  for (int k = 0; k < size; k += kAngleLanes) {
    const auto c = hn::Add(hn::Load(d, of_slopes + k), hn::Set(d, kSlopeShift));
    const auto slope = circle_ops::vec_softplus(d, c);
    hn::Store(hn::MulAdd(slope, hn::Set(d, 1 - kLeastSlope), hn::Set(d, kLeastSlope)), d,
              rows.slope + k);
  }
}

/// The bin in which a point lies, or its image; both in [0, 2π].
HWY_INLINE SplineBin spline_bin(const SplineRows& rows, int k, AngleVec point, bool is_image) {
  const AngleTag d;
  const auto row = [&](const double* of, int j)
                       HWY_ATTR { return hn::Load(d, of + (j % rows.bins) * simd::kTile + k); };
  auto x = hn::Zero(d), y = hn::Zero(d);
  SplineBin bin{
      x, y, row(rows.width, 0), row(rows.height, 0), row(rows.slope, 0), row(rows.slope, 1), x};
  for (int j = 1; j < rows.bins; ++j) {
    x = hn::Add(x, row(rows.width, j - 1));
    y = hn::Add(y, row(rows.height, j - 1));
    const auto is_above = hn::Ge(point, is_image ? y : x);
    bin.x = hn::IfThenElse(is_above, x, bin.x);
    bin.y = hn::IfThenElse(is_above, y, bin.y);
    bin.w = hn::IfThenElse(is_above, row(rows.width, j), bin.w);
    bin.h = hn::IfThenElse(is_above, row(rows.height, j), bin.h);
    bin.low = hn::IfThenElse(is_above, row(rows.slope, j), bin.low);
    bin.high = hn::IfThenElse(is_above, row(rows.slope, j + 1), bin.high);
    bin.index = hn::IfThenElse(is_above, hn::Set(d, static_cast<double>(j)), bin.index);
  }
  return bin;
}

HWY_INLINE AngleVec unit_clamped(AngleVec x) {
  const AngleTag d;
  return hn::Min(hn::Max(x, hn::Zero(d)), hn::Set(d, 1));
}

/// In a bin, with s = h/w, ξ = (x − x_k)/w and q = ξ (1 − ξ):
///   F = y_k + h N/M,  N = s ξ² + δ_k q,  M = s + (δ_{k+1} + δ_k − 2s) q,
///   F' = s² P/M²,     P = δ_{k+1} ξ² + 2 s q + δ_k (1 − ξ)²
/// (Gregory and Delbourgo, IMA J. Numer. Anal. 2, 123 (1982); Durkan et al. 2019, eq. 4, 5).
struct SplinePoint {
  AngleVec s, xi, rest, q, numerator, denominator, slope_sum;

  SplinePoint(const SplineBin& bin, AngleVec at) : s(hn::Div(bin.h, bin.w)), xi(at) {
    const AngleTag d;
    rest = hn::Sub(hn::Set(d, 1), xi);
    q = hn::Mul(xi, rest);
    const auto twice = hn::Add(s, s);
    numerator = hn::MulAdd(hn::Mul(s, xi), xi, hn::Mul(bin.low, q));
    denominator = hn::MulAdd(hn::Sub(hn::Add(bin.high, bin.low), twice), q, s);
    slope_sum = hn::MulAdd(hn::Mul(bin.high, xi), xi,
                           hn::MulAdd(twice, q, hn::Mul(hn::Mul(bin.low, rest), rest)));
  }
  [[nodiscard]] AngleVec image(const SplineBin& bin) const {
    return hn::MulAdd(bin.h, hn::Div(numerator, denominator), bin.y);
  }
  [[nodiscard]] AngleVec slope() const {
    const auto ratio = hn::Div(s, denominator);
    return hn::Mul(hn::Mul(ratio, ratio), slope_sum);
  }
};

/// ξ of a point of the bin.
HWY_INLINE AngleVec xi_of(const SplineBin& bin, AngleVec x) {
  return unit_clamped(hn::Div(hn::Sub(x, bin.x), bin.w));
}

/// ξ whose image is y: the root 2c/(−b − √(b² − 4ac)) of a ξ² + b ξ + c with, of v = y − y_k and
/// D = δ_{k+1} + δ_k − 2s, a = h (s − δ_k) + v D, b = h δ_k − v D, c = −s v (Durkan, eq. 6-8).
HWY_INLINE AngleVec xi_of_image(const SplineBin& bin, AngleVec y) {
  const AngleTag d;
  const auto s = hn::Div(bin.h, bin.w), v = hn::Sub(y, bin.y);
  const auto D = hn::Sub(hn::Add(bin.high, bin.low), hn::Add(s, s)), vD = hn::Mul(v, D);
  const auto a = hn::MulAdd(bin.h, hn::Sub(s, bin.low), vD);
  const auto b = hn::MulSub(bin.h, bin.low, vD);
  const auto c = hn::Neg(hn::Mul(s, v));
  const auto square = hn::NegMulAdd(hn::Mul(hn::Set(d, 4), a), c, hn::Mul(b, b));
  const auto root = hn::Sqrt(hn::Max(square, hn::Zero(d)));
  return unit_clamped(hn::Div(hn::Add(c, c), hn::Neg(hn::Add(b, root))));
}

/// ∂ ln F'/∂ξ.
HWY_INLINE AngleVec log_slope_by_xi(const SplineBin& bin, const SplinePoint& at) {
  const AngleTag d;
  const auto bend = hn::Sub(at.rest, at.xi);  // 1 − 2ξ
  const auto by_denominator =
      hn::Mul(hn::Sub(hn::Add(bin.high, bin.low), hn::Add(at.s, at.s)), bend);
  const auto half_sum =
      hn::MulAdd(bin.high, at.xi, hn::MulSub(at.s, bend, hn::Mul(bin.low, at.rest)));
  const auto term =
      hn::Sub(hn::Div(half_sum, at.slope_sum), hn::Div(by_denominator, at.denominator));
  return hn::Mul(hn::Set(d, 2), term);
}

/// Cotangents of what F and ln F' at a point depend on.
struct SplineCotangents {
  AngleVec point, width, height, low, high;
};

/// From those of F and ln F', a and b. The lower ends of the bin are held: −point and a are theirs.
HWY_INLINE SplineCotangents spline_cotangents(const SplineBin& bin, const SplinePoint& at,
                                              AngleVec a, AngleVec b) {
  const AngleTag d;
  const auto two = hn::Set(d, 2), bend = hn::Sub(at.rest, at.xi);
  const auto share = hn::Div(at.numerator, at.denominator);
  const auto by_share = hn::Div(hn::Mul(a, bin.h), at.denominator);  // of N; −share of it of M
  const auto by_sum = hn::Div(b, at.slope_sum);                      // of P
  const auto by_denominator =
      hn::NegMulSub(by_share, share, hn::Div(hn::Mul(two, b), at.denominator));
  const auto D = hn::Sub(hn::Add(bin.high, bin.low), hn::Mul(two, at.s));
  const auto n_xi = hn::MulAdd(hn::Mul(two, at.s), at.xi, hn::Mul(bin.low, bend));
  const auto p_xi =
      hn::Mul(two, hn::MulAdd(bin.high, at.xi, hn::MulSub(at.s, bend, hn::Mul(bin.low, at.rest))));
  const auto g_xi = hn::MulAdd(by_share, n_xi,
                               hn::MulAdd(by_sum, p_xi, hn::Mul(by_denominator, hn::Mul(D, bend))));
  const auto twice_q = hn::Mul(two, at.q), square = hn::Mul(at.xi, at.xi);
  const auto rest_square = hn::Mul(at.rest, at.rest);
  auto g_s = hn::MulAdd(by_share, square, hn::Mul(by_sum, twice_q));
  g_s = hn::MulAdd(by_denominator, hn::Sub(hn::Set(d, 1), twice_q), g_s);
  g_s = hn::Add(g_s, hn::Div(hn::Mul(two, b), at.s));
  const auto both = hn::Mul(by_denominator, at.q);
  SplineCotangents g{};
  g.point = hn::Div(g_xi, bin.w);
  g.width = hn::Neg(hn::Div(hn::MulAdd(g_xi, at.xi, hn::Mul(g_s, at.s)), bin.w));
  g.height = hn::MulAdd(a, share, hn::Div(g_s, bin.w));
  g.low = hn::MulAdd(by_share, at.q, hn::MulAdd(by_sum, rest_square, both));
  g.high = hn::MulAdd(by_sum, square, both);
  return g;
}

/// Back from cotangents of all shares, in g, to those of their raw numbers.
HWY_INLINE void shares_vjp(const double* shares, int bins, int k, double* g) {
  const AngleTag d;
  const auto least = hn::Set(d, kTurn * kLeastBin);
  const auto unit = hn::Set(d, 1 / (kTurn * (1 - bins * kLeastBin)));
  auto mean = hn::Zero(d);
  for (int j = 0; j < bins; ++j) {
    const auto p = hn::Mul(hn::Sub(hn::Load(d, shares + j * simd::kTile + k), least), unit);
    mean = hn::MulAdd(p, hn::Load(d, g + j * simd::kTile + k), mean);
  }
  for (int j = 0; j < bins; ++j) {
    double* at = g + j * simd::kTile + k;
    const auto free = hn::Sub(hn::Load(d, shares + j * simd::kTile + k), least);
    hn::Store(hn::Mul(free, hn::Sub(hn::Load(d, at), mean)), d, at);
  }
}

/// The cotangents of the net's numbers (3 bins rows, the rotation aside) of the lanes at k, from
/// those at a point of the bin; `a` is that of the image.
HWY_INLINE void spline_numbers_vjp(const SplineRows& rows, const SplineBin& bin,
                                   const SplineCotangents& g, AngleVec a, int k, double* g_raw) {
  const AngleTag d;
  const int size = rows.bins * simd::kTile;
  const auto zero = hn::Zero(d), below = hn::Neg(g.point);
  for (int j = 0; j < rows.bins; ++j) {
    const auto here = hn::Set(d, static_cast<double>(j));
    const auto is_here = hn::Eq(bin.index, here), is_below = hn::Gt(bin.index, here);
    const auto last = hn::Set(d, static_cast<double>((j + rows.bins - 1) % rows.bins));
    double* at = g_raw + j * simd::kTile + k;
    hn::Store(hn::IfThenElse(is_below, below, hn::IfThenElse(is_here, g.width, zero)), d, at);
    hn::Store(hn::IfThenElse(is_below, a, hn::IfThenElse(is_here, g.height, zero)), d, at + size);
    const auto by_slope = hn::Add(hn::IfThenElse(is_here, g.low, zero),
                                  hn::IfThenElse(hn::Eq(bin.index, last), g.high, zero));
    // δ = m + (1 − m) softplus(c): dδ/dc = (1 − m) (1 − e^{−softplus}).
    const auto free =
        hn::Sub(hn::Load(d, rows.slope + j * simd::kTile + k), hn::Set(d, kLeastSlope));
    const auto e = hn::Exp(d, hn::Mul(free, hn::Set(d, -1 / (1 - kLeastSlope))));
    const auto by_raw = hn::Mul(hn::Set(d, 1 - kLeastSlope), hn::Sub(hn::Set(d, 1), e));
    hn::Store(hn::Mul(by_slope, by_raw), d, at + 2 * size);
  }
  shares_vjp(rows.width, rows.bins, k, g_raw);
  shares_vjp(rows.height, rows.bins, k, g_raw + size);
}

}  // namespace nmc::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif  // per-target include guard
