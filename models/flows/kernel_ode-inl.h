// Runge–Kutta through the velocity of a kernel flow on tiles of 64 chains, and back through its
// steps, per SIMD target.
#if defined(NMC_MODELS_KERNEL_ODE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NMC_MODELS_KERNEL_ODE_INL_H_
#undef NMC_MODELS_KERNEL_ODE_INL_H_
#else
#define NMC_MODELS_KERNEL_ODE_INL_H_
#endif

#include <algorithm>
#include <cmath>

#include "hwy/aligned_allocator.h"
#include "models/flows/kernel_field-inl.h"
#include "models/flows/kernel_ode.hpp"

HWY_BEFORE_NAMESPACE();
namespace nmc::HWY_NAMESPACE {

/// Where the numbers of one tile lie. All but lanes and folded are (sites, kTile).
template <class T>
class OdeSpace {
 public:
  OdeSpace(const PackedKernelField<T>& field, bool is_backward)
      : size_(static_cast<std::size_t>(field.modes.sites) * kTile) {
    int longest = 0;
    for (const auto& line : field.modes.lines) longest = std::max(longest, line.length);
    constexpr std::size_t kBoth = 7, kBackward = 7;
    const auto states = static_cast<std::size_t>(field.shape.steps) + kBackward;
    const auto lanes = static_cast<std::size_t>(field.shape.harmonics + 4 + longest) * kTile;
    at_ = room((kBoth + (is_backward ? states : 0)) * size_ + lanes);
    u = take();
    stage = take();
    k = take();
    sum = take();
    field_room = {take(), take(), nullptr, {take(), nullptr}, nullptr};
    if (is_backward) {
      field_room.third = take();
      for (T*& x : stages) x = take();
      g = take();
      gk = take();
      for (int s = 0; s < field.shape.steps; ++s) starts.push_back(take());
    }
    div = at_;
    gdiv = at_ + kTile;
    field_room.lanes = at_ + 2 * kTile;
    field_room.waves.folded = field_room.lanes + (field.shape.harmonics + 2) * kTile;
  }

  T *u, *stage, *k, *sum;
  FieldRoom<T> field_room;
  T *div, *gdiv;  ///< (kTile)
  // Backward only.
  T* stages[4] = {};
  T *g = nullptr, *gk = nullptr;
  std::vector<T*> starts{};  ///< where each step begins
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  static T* room(std::size_t size) {
    thread_local hwy::AlignedFreeUniquePtr<T[]> buffer;
    thread_local std::size_t capacity = 0;
    if (capacity < size) {
      buffer = hwy::AllocateAligned<T>(size);
      capacity = size;
    }
    return buffer.get();
  }
  T* take() {
    T* const here = at_;
    at_ += size_;
    return here;
  }
  std::size_t size_;
  T* at_ = nullptr;
};

/// Step number s of a way: the places of its times in the tables, and its signed length.
struct OdeStep {
  int times[4];
  double length;
};

inline OdeStep ode_step(int steps, Direction way, int s) {
  const double h = 1.0 / steps;
  if (way == Direction::generate) return {{2 * s, 2 * s + 1, 2 * s + 1, 2 * s + 2}, h};
  const int last = 2 * (steps - s);
  return {{last, last - 1, last - 1, last - 2}, -h};
}

inline constexpr double kStageReach[4] = {0, 0.5, 0.5, 1};
inline constexpr double kStageWeight[4] = {1.0 / 6, 1.0 / 3, 1.0 / 3, 1.0 / 6};

/// to = a + f b over the numbers of a tile.
template <class T>
HWY_INLINE void add_multiple(const T* a, double f, const T* b, T* to, std::size_t size) {
  const TileTag<T> d;
  const auto factor = hn::Set(d, static_cast<T>(f));
  for (std::size_t k = 0; k < size; k += hn::Lanes(d))
    hn::Store(hn::MulAdd(factor, hn::Load(d, b + k), hn::Load(d, a + k)), d, to + k);
}

/// u ← u after one step; `log_det` (kTile) or null.
template <class T>
void runge_kutta(const PackedKernelField<T>& field, const OdeStep& step, T* u, double* log_det,
                 OdeSpace<T>& space) {
  std::copy_n(u, space.size(), space.sum);
  const T* at = u;
  for (std::size_t s = 0; s < 4; ++s) {
    field_velocity(field, step.times[s], at, space.k, space.div, space.field_room);
    const double weight = step.length * kStageWeight[s];
    add_multiple(space.sum, weight, space.k, space.sum, space.size());
    if (log_det)
      for (int k = 0; k < kTile; ++k)
        log_det[k] += weight * (static_cast<double>(space.div[k]) +
                                field.linear_trace[static_cast<std::size_t>(step.times[s])]);
    if (s == 3) break;
    add_multiple(u, step.length * kStageReach[s + 1], space.k, space.stage, space.size());
    at = space.stage;
  }
  std::copy_n(space.sum, space.size(), u);
}

template <class T>
void integrate_kernel_all(const PackedKernelField<T>& field, Direction way, TileView<T> tile) {
  OdeSpace<T> space(field, false);
  const bool out = way == Direction::generate;
  analyse(field.modes, tile.y, space.u, space.field_room.waves);
  if (!out) scale_modes(field, field.scale_down.data(), space.u, space.u);
  for (int s = 0; s < field.shape.steps; ++s)
    runge_kutta(field, ode_step(field.shape.steps, way, s), space.u, tile.log_det, space);
  if (out) scale_modes(field, field.scale_up.data(), space.u, space.u);
  synthesise(field.modes, space.u, tile.y, space.field_room.waves);
  for (int k = 0; k < kTile; ++k) tile.log_det[k] += (out ? 1 : -1) * field.log_scale_sum;
}

inline Direction opposite_way(Direction way) {
  return way == Direction::generate ? Direction::infer : Direction::generate;
}

/// The steps of a way from u on; writes where the steps of the other way would begin.
template <class T>
void run_back(const PackedKernelField<T>& field, Direction way, T* u, OdeSpace<T>& space) {
  const int steps = field.shape.steps;
  for (int s = steps; s-- > 0;) {
    runge_kutta(field, ode_step(steps, opposite_way(way), steps - 1 - s), u, nullptr, space);
    std::copy_n(u, space.size(), space.starts[static_cast<std::size_t>(s)]);
  }
}

template <class T>
void run_on(const PackedKernelField<T>& field, Direction way, T* u, OdeSpace<T>& space) {
  for (int s = 0; s < field.shape.steps; ++s) {
    std::copy_n(u, space.size(), space.starts[static_cast<std::size_t>(s)]);
    runge_kutta(field, ode_step(field.shape.steps, way, s), u, nullptr, space);
  }
}

/// From the end of the steps in space.u to where they all begin. The steps of the other way come
/// back with an error e of order 4; what they make of the end of the steps from there is off by
/// the same e but for a correction of order 4 in e, so that each round squares what is left.
template <class T>
void find_starts(const PackedKernelField<T>& field, Direction way, OdeSpace<T>& space) {
  T* const u = space.u;
  run_back(field, way, u, space);
  if constexpr (sizeof(T) == 4) return;
  T* const first = space.stages[0];
  T* const aim = space.stages[1];
  std::copy_n(u, space.size(), aim);
  std::copy_n(u, space.size(), first);
  constexpr int kRounds = 6;
  for (int round = 0; round < kRounds; ++round) {
    run_on(field, way, u, space);
    run_back(field, way, u, space);
    double most = 0;
    for (std::size_t k = 0; k < space.size(); ++k) {
      const T miss = aim[k] - u[k];
      first[k] += miss;
      most = std::max(most, static_cast<double>(std::abs(miss)));
    }
    std::copy_n(first, space.size(), u);
    if (most < 1e-14) break;
  }
  run_on(field, way, u, space);
}

/// Back through step s: space.g is the cotangent of its end and becomes that of its beginning.
template <class T>
void runge_kutta_vjp(const PackedKernelField<T>& field, const OdeStep& step, const T* start,
                     const T* g_log_det, KernelTables<double>* grad, OdeSpace<T>& space) {
  const std::size_t size = space.size();
  std::copy_n(start, size, space.stages[0]);
  for (std::size_t s = 0; s < 3; ++s) {
    field_velocity(field, step.times[s], space.stages[s], space.k, space.div, space.field_room);
    add_multiple(start, step.length * kStageReach[s + 1], space.k, space.stages[s + 1], size);
  }
  std::copy_n(space.g, size, space.sum);  // of the beginning
  const TileTag<T> d;
  for (std::size_t s = 4; s-- > 0;) {
    const double weight = step.length * kStageWeight[s];
    const auto factor = hn::Set(d, static_cast<T>(weight));
    for (std::size_t k = 0; k < size; k += hn::Lanes(d))
      hn::Store(hn::Mul(factor, hn::Load(d, space.g + k)), d, space.gk + k);
    // stage holds the cotangent of the point of the stage after this one.
    if (s < 3)
      add_multiple(space.gk, step.length * kStageReach[s + 1], space.stage, space.gk, size);
    for (int k = 0; k < kTile; ++k) space.gdiv[k] = static_cast<T>(weight) * g_log_det[k];
    field_velocity_vjp(field, step.times[s], space.stages[s], {space.gk, space.gdiv}, space.stage,
                       grad, space.field_room);
    add_multiple(space.sum, 1, space.stage, space.sum, size);
  }
  std::swap(space.g, space.sum);
}

/// The cotangents of Σ_k ℓ, of every mode, at the times of a step.
inline void add_linear_trace(const std::vector<int>& orbit, std::size_t orbits, const OdeStep& step,
                             double g_log_det, KernelTables<double>& grad) {
  for (std::size_t s = 0; s < 4; ++s) {
    double* const to = grad.linear.data() + static_cast<std::size_t>(step.times[s]) * orbits;
    for (const int o : orbit) to[o] += step.length * kStageWeight[s] * g_log_det;
  }
}

template <class T>
void integrate_kernel_vjp_all(const PackedKernelField<T>& field, Direction way,
                              const TileVjp<T>& tile, KernelTables<double>* grad) {
  OdeSpace<T> space(field, true);
  const bool out = way == Direction::generate;
  const WaveRoom<T> waves = space.field_room.waves;
  double g_log_det = 0;
  for (int k = 0; k < kTile; ++k) g_log_det += static_cast<double>(tile.g_log_det[k]);
  analyse(field.modes, tile.y, space.u, waves);
  analyse(field.modes, tile.gy, space.g, waves);
  if (out) {
    if (grad) add_products(field, space.g, space.u, grad->log_scale.data());
    scale_modes(field, field.scale_down.data(), space.u, space.u);
    scale_modes(field, field.scale_up.data(), space.g, space.g);
  }
  find_starts(field, way, space);
  for (int s = field.shape.steps; s-- > 0;) {
    const OdeStep step = ode_step(field.shape.steps, way, s);
    runge_kutta_vjp(field, step, space.starts[static_cast<std::size_t>(s)], tile.g_log_det, grad,
                    space);
    if (grad) add_linear_trace(*field.orbit, field.orbits, step, g_log_det, *grad);
  }
  T* const u = space.starts[0];
  if (grad)
    for (const int o : *field.orbit)
      grad->log_scale[static_cast<std::size_t>(o)] += (out ? 1 : -1) * g_log_det;
  if (!out) {
    if (grad) {
      for (std::size_t k = 0; k < space.size(); ++k) space.gk[k] = -space.g[k];
      add_products(field, space.gk, u, grad->log_scale.data());
    }
    scale_modes(field, field.scale_up.data(), u, u);
    scale_modes(field, field.scale_down.data(), space.g, space.g);
  }
  synthesise(field.modes, u, tile.y, waves);
  synthesise(field.modes, space.g, tile.gy, waves);
}

#define NMC_KERNEL_ODE(T)                                                                      \
  void integrate_kernel_##T(const PackedKernelField<T>& field, Direction way, TileView<T> t) { \
    integrate_kernel_all(field, way, t);                                                       \
  }                                                                                            \
  void integrate_kernel_vjp_##T(const PackedKernelField<T>& field, Direction way,              \
                                const TileVjp<T>& t, KernelTables<double>* grad) {             \
    integrate_kernel_vjp_all(field, way, t, grad);                                             \
  }
NMC_KERNEL_ODE(float)
NMC_KERNEL_ODE(double)
#undef NMC_KERNEL_ODE

}  // namespace nmc::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif  // per-target include guard
