// Couplings of angles on tiles of 64 chains, per SIMD target: both directions and both
// vector-Jacobian products, for all patches of one coupling while its weights are hot.
#if defined(NMC_MODELS_CIRCULAR_KERNEL_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NMC_MODELS_CIRCULAR_KERNEL_INL_H_
#undef NMC_MODELS_CIRCULAR_KERNEL_INL_H_
#else
#define NMC_MODELS_CIRCULAR_KERNEL_INL_H_
#endif

#include <algorithm>
#include <type_traits>

#include "models/flows/spline/circular_spline-inl.h"
#include "models/flows/nets/net_kernel-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nmc::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Scratch for angles beside that of the nets, which may be of the same type.
inline double* angle_scratch(std::size_t size) {
  thread_local hwy::AlignedFreeUniquePtr<double[]> buffer;
  thread_local std::size_t capacity = 0;
  if (capacity < size) {
    buffer = hwy::AllocateAligned<double>(size);
    capacity = size;
  }
  return buffer.get();
}

/// What one patch needs while it is processed.
template <class T>
struct AngleSpace {
  double* direction;  ///< cosine and sine of each kept angle
  double* raw;        ///< numbers of one spline, and their cotangents
  double* g_raw;
  double* g_direction;
  SplineRows rows;
  T* in;
  NetTape<T> tape;

  AngleSpace(const CircularNet<T>& c, const CircularPatches& patches, bool is_backward,
             bool with_grad) {
    const auto row = static_cast<std::size_t>(kTile);
    const auto kept = 2 * static_cast<std::size_t>(patches.kept_size) * row;
    const auto numbers = static_cast<std::size_t>(spline_numbers(c.bins)) * row;
    const auto bins = static_cast<std::size_t>(c.bins) * row;
    direction = angle_scratch(2 * kept + 2 * numbers + 3 * bins);
    g_direction = direction + kept;
    raw = g_direction + kept;
    g_raw = raw + numbers;
    double* const shapes = g_raw + numbers;
    rows = {c.bins, shapes, shapes + bins, shapes + 2 * bins};
    const auto wide = is_backward ? static_cast<std::size_t>(width(c.net)) * row : 0;
    const auto sums = with_grad ? sums_size(c.net) : 0;
    in = scratch<T>(kept + outputs_size(c.net) + 2 * wide + sums);
    T* at = place_outputs(c.net, in + kept, tape);
    for (T*& g : tape.g) g = at, at += wide;
    if (!with_grad) return;
    std::fill_n(at, sums, T(0));
    tape.sums = at;
  }
};

template <class From, class To>
HWY_INLINE void convert_rows(const From* from, int rows, To* to) {
  for (int k = 0; k < rows * kTile; ++k) to[k] = static_cast<To>(from[k]);
}

/// Feeds the kept angles of a patch to the net.
template <class T>
HWY_NOINLINE void run_net(const CircularNet<T>& c, const int* kept, int count, const double* y,
                          AngleSpace<T>& space) {
  const AngleTag d;
  for (int i = 0; i < count; ++i) {
    const double* angle = y + static_cast<std::size_t>(kept[i]) * kTile;
    const double* first = y + static_cast<std::size_t>(kept[0]) * kTile;
    double* to = space.direction + static_cast<std::size_t>(2 * i) * kTile;
    for (int k = 0; k < kTile; k += kAngleLanes) {
      auto theta = hn::Load(d, angle + k);
      if (c.is_invariant) theta = hn::Sub(theta, hn::Load(d, first + k));
      hn::Store(hn::Cos(d, theta), d, to + k);
      hn::Store(hn::Sin(d, theta), d, to + kTile + k);
    }
  }
  convert_rows(space.direction, 2 * count, space.in);
  net_forward(c.net, c.activation, space.in, space.tape);
}

/// The spline of the j-th moved angle of a patch.
template <class T>
HWY_INLINE void take_spline(int j, AngleSpace<T>& space) {
  const int numbers = spline_numbers(space.rows.bins);
  convert_rows(space.tape.h.back() + static_cast<std::size_t>(j) * numbers * kTile, numbers,
               space.raw);
  shape_spline(space.raw, space.rows);
}

/// Angles on their way; `turn` is the rotation t.
struct AngleRows {
  const double *reference, *turn;
  double* y;
};

/// θ ← r + F(θ − r) + t or its inverse; log_det += ± ln F'.
HWY_NOINLINE void move_angles(Direction way, const SplineRows& rows, const AngleRows& of,
                              double* log_det) {
  const AngleTag d;
  const auto half = hn::Set(d, kTurn / 2);
  for (int k = 0; k < kTile; k += kAngleLanes) {
    const auto r = hn::Load(d, of.reference + k), t = hn::Load(d, of.turn + k);
    const auto sum = hn::Load(d, log_det + k);
    auto y = hn::Sub(hn::Load(d, of.y + k), r);
    if (way == Direction::generate) {
      y = hn::Add(circle_ops::vec_wrap(d, y), half);
      const auto bin = spline_bin(rows, k, y, false);
      const SplinePoint at(bin, xi_of(bin, y));
      y = hn::Add(hn::Add(r, t), hn::Sub(at.image(bin), half));
      hn::Store(hn::Add(sum, hn::Log(d, at.slope())), d, log_det + k);
    } else {
      y = hn::Add(circle_ops::vec_wrap(d, hn::Sub(y, t)), half);
      const auto bin = spline_bin(rows, k, y, true);
      const SplinePoint at(bin, xi_of_image(bin, y));
      y = hn::Add(r, hn::Sub(hn::MulAdd(at.xi, bin.w, bin.x), half));
      hn::Store(hn::Sub(sum, hn::Log(d, at.slope())), d, log_det + k);
    }
    hn::Store(circle_ops::vec_wrap(d, y), d, of.y + k);
  }
}

/// Backward: y and gy enter as those of the output and leave as those of the input.
struct AngleCotangents {
  double *gy, *g_reference, *g_turn;
  const double* g_log_det;
};

/// With A and B the cotangents of F and ln F' at the point u of the forward spline, generation has
/// A = g', B = g_log_det and g = dF/du-part of them; inference, u = F⁻¹(v),
/// g_v = (g_u − g_log_det ∂ ln F'/∂u)/F', A = −g_v, B = −g_log_det. A is that of t in both.
HWY_NOINLINE void move_angles_vjp(Direction way, const SplineRows& rows, const AngleRows& of,
                                  const AngleCotangents& g, double* g_raw) {
  const AngleTag d;
  const auto half = hn::Set(d, kTurn / 2);
  const bool is_generation = way == Direction::generate;
  for (int k = 0; k < kTile; k += kAngleLanes) {
    const auto r = hn::Load(d, of.reference + k), t = hn::Load(d, of.turn + k);
    const auto g_out = hn::Load(d, g.gy + k), g_log = hn::Load(d, g.g_log_det + k);
    auto y = hn::Sub(hn::Load(d, of.y + k), r);
    if (is_generation) y = hn::Sub(y, t);
    y = hn::Add(circle_ops::vec_wrap(d, y), half);
    const auto bin = spline_bin(rows, k, y, is_generation);
    const SplinePoint at(bin, is_generation ? xi_of_image(bin, y) : xi_of(bin, y));
    auto a = g_out, b = g_log, g_in = g_out;
    if (is_generation) {
      y = hn::Add(r, hn::Sub(hn::MulAdd(at.xi, bin.w, bin.x), half));
    } else {
      y = hn::Add(hn::Add(r, t), hn::Sub(at.image(bin), half));
      const auto by_point = hn::Div(log_slope_by_xi(bin, at), bin.w);
      g_in = hn::Div(hn::NegMulAdd(g_log, by_point, g_out), at.slope());
      a = hn::Neg(g_in);
      b = hn::Neg(g_log);
    }
    const auto inner = spline_cotangents(bin, at, a, b);
    if (is_generation) g_in = inner.point;
    spline_numbers_vjp(rows, bin, inner, a, k, g_raw);
    hn::Store(circle_ops::vec_wrap(d, y), d, of.y + k);
    hn::Store(a, d, g.g_turn + k);
    hn::Store(g_in, d, g.gy + k);
    const auto by_reference = hn::Load(d, g.g_reference + k);
    hn::Store(hn::Add(by_reference, hn::Sub(g_out, g_in)), d, g.g_reference + k);
  }
}

/// gy of the kept angles += the net's cotangents, through their cosines and sines.
template <class T>
HWY_NOINLINE void directions_vjp(const CircularNet<T>& c, const int* kept, int count,
                                 const AngleSpace<T>& space, double* gy) {
  const AngleTag d;
  double* first = gy + static_cast<std::size_t>(kept[0]) * kTile;
  for (int i = 0; i < count; ++i) {
    double* to = gy + static_cast<std::size_t>(kept[i]) * kTile;
    const std::size_t row = static_cast<std::size_t>(2 * i) * kTile;
    for (int k = 0; k < kTile; k += kAngleLanes) {
      const double *direction = space.direction + row + k, *g = space.g_direction + row + k;
      const auto by_angle = hn::NegMulAdd(hn::Load(d, direction + kTile), hn::Load(d, g),
                                          hn::Mul(hn::Load(d, direction), hn::Load(d, g + kTile)));
      hn::Store(hn::Add(hn::Load(d, to + k), by_angle), d, to + k);
      if (c.is_invariant) hn::Store(hn::Sub(hn::Load(d, first + k), by_angle), d, first + k);
    }
  }
}

template <class T>
void couple_angles_all(const CircularNet<T>& c, const CircularPatches& patches, Direction way,
                       TileView<double> tile) {
  AngleSpace<T> space(c, patches, false, false);
  alignas(64) double log_det[kTile] = {};
  const auto row = [&](int site) { return tile.y + static_cast<std::size_t>(site) * kTile; };
  for (int p = 0; p < patches.count; ++p) {
    run_net(c, patches.kept + p * patches.kept_size, patches.kept_size, tile.y, space);
    for (int j = 0; j < patches.moved_size; ++j) {
      const int place = p * patches.moved_size + j;
      take_spline(j, space);
      move_angles(way, space.rows,
                  {row(patches.reference[place]), space.raw + 3 * c.bins * kTile,
                   row(patches.moved[place])},
                  log_det);
    }
  }
  for (int k = 0; k < kTile; ++k) tile.log_det[k] += log_det[k];
}

template <class T>
void couple_angles_vjp_all(const CircularNet<T>& c, const CircularPatches& patches, Direction way,
                           const TileVjp<double>& tile) {
  AngleSpace<T> space(c, patches, true, tile.grad != nullptr);
  const int numbers = spline_numbers(c.bins), turn = 3 * c.bins * kTile;
  const auto at = [](double* rows, int site) {
    return rows + static_cast<std::size_t>(site) * kTile;
  };
  for (int p = 0; p < patches.count; ++p) {
    const int* kept = patches.kept + p * patches.kept_size;
    run_net(c, kept, patches.kept_size, tile.y, space);
    for (int j = 0; j < patches.moved_size; ++j) {
      const int place = p * patches.moved_size + j;
      const int moved = patches.moved[place], reference = patches.reference[place];
      take_spline(j, space);
      move_angles_vjp(
          way, space.rows, {at(tile.y, reference), space.raw + turn, at(tile.y, moved)},
          {at(tile.gy, moved), at(tile.gy, reference), space.g_raw + turn, tile.g_log_det},
          space.g_raw);
      convert_rows(space.g_raw, numbers,
                   space.tape.g[0] + static_cast<std::size_t>(j) * numbers * kTile);
    }
    const T* g_in = net_vjp(c.net, c.activation, space.in, space.tape);
    convert_rows(g_in, 2 * patches.kept_size, space.g_direction);
    directions_vjp(c, kept, patches.kept_size, space, tile.gy);
  }
  if (tile.grad) reduce_net(c.net, space.tape.sums, tile.grad);
}

#define NMC_COUPLE_ANGLES(T)                                                                   \
  void couple_angles_##T(const CircularNet<T>& c, const CircularPatches& p, Direction way,     \
                         TileView<double> t) {                                                 \
    couple_angles_all(c, p, way, t);                                                           \
  }                                                                                            \
  void couple_angles_vjp_##T(const CircularNet<T>& c, const CircularPatches& p, Direction way, \
                             const TileVjp<double>& t) {                                       \
    couple_angles_vjp_all(c, p, way, t);                                                       \
  }
NMC_COUPLE_ANGLES(float)
NMC_COUPLE_ANGLES(double)
#undef NMC_COUPLE_ANGLES

}  // namespace nmc::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif  // per-target include guard
