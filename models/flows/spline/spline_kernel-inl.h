// Spline couplings of real numbers on tiles of 64 chains, per SIMD target: both directions and both
// vector-Jacobian products.
#if defined(NMC_MODELS_SPLINE_KERNEL_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NMC_MODELS_SPLINE_KERNEL_INL_H_
#undef NMC_MODELS_SPLINE_KERNEL_INL_H_
#else
#define NMC_MODELS_SPLINE_KERNEL_INL_H_
#endif

#include <algorithm>

#include "models/flows/spline/circular_spline-inl.h"
#include "models/flows/nets/net_kernel-inl.h"
#include "models/flows/spline/spline_kernel.hpp"

HWY_BEFORE_NAMESPACE();
namespace nmc::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Scratch for splines beside that of the nets, which may be of the same type.
inline double* line_scratch(std::size_t size) {
  thread_local hwy::AlignedFreeUniquePtr<double[]> buffer;
  thread_local std::size_t capacity = 0;
  if (capacity < size) {
    buffer = hwy::AllocateAligned<double>(size);
    capacity = size;
  }
  return buffer.get();
}

template <class T>
struct LineSpace {
  double *raw, *g_raw;  ///< numbers of one spline of the circle, and their cotangents
  SplineRows rows;
  T* in;
  NetTape<T> tape;

  LineSpace(const SplineNet<T>& c, bool is_backward, bool with_grad) {
    const auto row = static_cast<std::size_t>(kTile);
    const auto bins = static_cast<std::size_t>(c.bins) * row;
    raw = line_scratch(9 * bins);
    g_raw = raw + 3 * bins;
    double* const shapes = g_raw + 3 * bins;
    rows = {c.bins, shapes, shapes + bins, shapes + 2 * bins};
    const auto fed = (c.kept.size() + static_cast<std::size_t>(c.conditions)) * row;
    const auto wide = is_backward ? static_cast<std::size_t>(width(c.net)) * row : 0;
    const auto sums = with_grad ? sums_size(c.net) : 0;
    in = scratch<T>(fed + outputs_size(c.net) + 2 * wide + sums);
    T* at = place_outputs(c.net, in + fed, tape);
    for (T*& g : tape.g) g = at, at += wide;
    if (!with_grad) return;
    std::fill_n(at, sums, T(0));
    tape.sums = at;
  }
};

template <class From, class To>
HWY_INLINE void cast_rows(const From* from, int rows, To* to) {
  for (int k = 0; k < rows * kTile; ++k) to[k] = static_cast<To>(from[k]);
}

template <class T>
HWY_NOINLINE void run_spline_net(const SplineNet<T>& c, const double* y, const double* condition,
                                 LineSpace<T>& space) {
  T* to = space.in;
  for (const int site : c.kept) {
    cast_rows(y + static_cast<std::size_t>(site) * kTile, 1, to);
    to += kTile;
  }
  for (int k = 0; k < c.conditions; ++k, to += kTile)
    std::fill_n(to, kTile, static_cast<T>(condition[k]));
  net_forward(c.net, c.activation, space.in, space.tape);
}

/// The spline of the j-th moved number: that of the circle whose slope is 1, from the number 0,
/// where its ends meet.
template <class T>
HWY_INLINE void take_line_spline(int j, LineSpace<T>& space) {
  const int bins = space.rows.bins, numbers = line_spline_numbers(bins);
  const T* of_net = space.tape.h.back() + static_cast<std::size_t>(j) * numbers * kTile;
  cast_rows(of_net, 2 * bins, space.raw);
  std::fill_n(space.raw + 2 * bins * kTile, kTile, 0.0);
  cast_rows(of_net + 2 * bins * kTile, bins - 1, space.raw + (2 * bins + 1) * kTile);
  shape_spline(space.raw, space.rows);
}

/// Between the line and the circle.
struct LineScale {
  AngleVec bound, to_circle, to_line;

  explicit LineScale(double B) {
    const AngleTag d;
    bound = hn::Set(d, B);
    to_circle = hn::Set(d, kTurn / (2 * B));
    to_line = hn::Set(d, 2 * B / kTurn);
  }
  [[nodiscard]] auto is_inside(AngleVec y) const { return hn::Lt(hn::Abs(y), bound); }
  [[nodiscard]] AngleVec circle(AngleVec y) const {
    const AngleTag d;
    const auto u = hn::Mul(hn::Add(y, bound), to_circle);
    return hn::Min(hn::Max(u, hn::Zero(d)), hn::Set(d, kTurn));
  }
  [[nodiscard]] AngleVec line(AngleVec u) const { return hn::MulSub(u, to_line, bound); }
};

/// y ← F(y) or its inverse; log_det += ± ln F'.
HWY_NOINLINE void move_line(Direction way, const SplineRows& rows, double bound, double* y,
                            double* log_det) {
  const AngleTag d;
  const LineScale scale(bound);
  const bool generates = way == Direction::generate;
  for (int k = 0; k < kTile; k += kAngleLanes) {
    const auto before = hn::Load(d, y + k), sum = hn::Load(d, log_det + k);
    const auto is_inside = scale.is_inside(before);
    const auto u = scale.circle(before);
    const auto bin = spline_bin(rows, k, u, !generates);
    const SplinePoint at(bin, generates ? xi_of(bin, u) : xi_of_image(bin, u));
    const auto image = generates ? at.image(bin) : hn::MulAdd(at.xi, bin.w, bin.x);
    const auto log_slope = hn::Log(d, at.slope());
    const auto after = generates ? hn::Add(sum, log_slope) : hn::Sub(sum, log_slope);
    hn::Store(hn::IfThenElse(is_inside, scale.line(image), before), d, y + k);
    hn::Store(hn::IfThenElse(is_inside, after, sum), d, log_det + k);
  }
}

/// Backward of one moved number: y and gy enter as those of the output and leave as those of the
/// input; the cotangents of the spline's numbers go to g_raw. As of angles, with the scale of the
/// circle in F alone: F' is the same on the line.
HWY_NOINLINE void move_line_vjp(Direction way, const SplineRows& rows, double bound,
                                const TileVjp<double>& of, double* g_raw) {
  const AngleTag d;
  const LineScale scale(bound);
  const bool generates = way == Direction::generate;
  const auto zero = hn::Zero(d);
  for (int k = 0; k < kTile; k += kAngleLanes) {
    const auto out = hn::Load(d, of.y + k), g_line = hn::Load(d, of.gy + k);
    const auto is_inside = scale.is_inside(out);
    const auto g_log = hn::IfThenElse(is_inside, hn::Load(d, of.g_log_det + k), zero);
    const auto g_out = hn::IfThenElse(is_inside, hn::Mul(g_line, scale.to_line), zero);
    const auto u = scale.circle(out);
    const auto bin = spline_bin(rows, k, u, generates);
    const SplinePoint at(bin, generates ? xi_of_image(bin, u) : xi_of(bin, u));
    auto a = g_out, b = g_log, g_in = g_out;
    const auto in = generates ? hn::MulAdd(at.xi, bin.w, bin.x) : at.image(bin);
    if (!generates) {
      const auto by_point = hn::Div(log_slope_by_xi(bin, at), bin.w);
      g_in = hn::Div(hn::NegMulAdd(g_log, by_point, g_out), at.slope());
      a = hn::Neg(g_in);
      b = hn::Neg(g_log);
    }
    const auto inner = spline_cotangents(bin, at, a, b);
    if (generates) g_in = inner.point;
    spline_numbers_vjp(rows, bin, inner, a, k, g_raw);
    hn::Store(hn::IfThenElse(is_inside, scale.line(in), out), d, of.y + k);
    hn::Store(hn::IfThenElse(is_inside, hn::Mul(g_in, scale.to_circle), g_line), d, of.gy + k);
  }
}

template <class T>
void couple_splines_all(const SplineNet<T>& c, Direction way, TileView<double> tile) {
  LineSpace<T> space(c, false, false);
  alignas(64) double log_det[kTile] = {};
  run_spline_net(c, tile.y, tile.condition, space);
  for (std::size_t j = 0; j < c.moved.size(); ++j) {
    take_line_spline(static_cast<int>(j), space);
    move_line(way, space.rows, c.bound, tile.y + static_cast<std::size_t>(c.moved[j]) * kTile,
              log_det);
  }
  for (int k = 0; k < kTile; ++k) tile.log_det[k] += log_det[k];
}

template <class T>
void couple_splines_vjp_all(const SplineNet<T>& c, Direction way, const TileVjp<double>& tile) {
  LineSpace<T> space(c, true, tile.grad != nullptr);
  const int numbers = line_spline_numbers(c.bins);
  run_spline_net(c, tile.y, tile.condition, space);
  for (std::size_t j = 0; j < c.moved.size(); ++j) {
    const auto site = static_cast<std::size_t>(c.moved[j]) * kTile;
    take_line_spline(static_cast<int>(j), space);
    move_line_vjp(way, space.rows, c.bound,
                  {tile.y + site, tile.gy + site, tile.g_log_det, nullptr, nullptr}, space.g_raw);
    T* const to = space.tape.g[0] + j * static_cast<std::size_t>(numbers) * kTile;
    cast_rows(space.g_raw, 2 * c.bins, to);
    cast_rows(space.g_raw + (2 * c.bins + 1) * kTile, c.bins - 1, to + 2 * c.bins * kTile);
  }
  const T* g_in = net_vjp(c.net, c.activation, space.in, space.tape);
  for (const int site : c.kept) {
    double* const to = tile.gy + static_cast<std::size_t>(site) * kTile;
    for (int k = 0; k < kTile; ++k) to[k] += static_cast<double>(g_in[k]);
    g_in += kTile;
  }
  if (tile.grad) reduce_net(c.net, space.tape.sums, tile.grad);
}

#define NMC_COUPLE_SPLINES(T)                                                                   \
  void couple_splines_##T(const SplineNet<T>& c, Direction way, TileView<double> t) {           \
    couple_splines_all(c, way, t);                                                              \
  }                                                                                             \
  void couple_splines_vjp_##T(const SplineNet<T>& c, Direction way, const TileVjp<double>& t) { \
    couple_splines_vjp_all(c, way, t);                                                          \
  }
NMC_COUPLE_SPLINES(float)
NMC_COUPLE_SPLINES(double)
#undef NMC_COUPLE_SPLINES

}  // namespace nmc::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif  // per-target include guard
