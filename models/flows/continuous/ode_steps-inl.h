// Runge–Kutta of order 4 in fixed steps through a velocity on tiles of 64 chains, and back through
// its steps, per SIMD target. A Velocity has
//   using Number, the precision of the tile;
//   double value(int time, const Number* u, Number* v, Number* div): v at u, with its divergence
//     where div is not null, (kTile), less what it returns, which is the same for all chains;
//   void pull(const OdePoint&, Number* gu): the vector-Jacobian product of value();
//   void keep(int stage): what value() finds next is for the pull() at this stage of the step;
//   void follow(int step): what is kept next is of this step, where insides of all steps are kept;
//   bool recall(int stage, Number* v): v of value() where they are.
#if defined(NMC_MODELS_ODE_STEPS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NMC_MODELS_ODE_STEPS_INL_H_
#undef NMC_MODELS_ODE_STEPS_INL_H_
#else
#define NMC_MODELS_ODE_STEPS_INL_H_
#endif

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "models/flows/map/coupling_kernel.hpp"
#include "models/flows/nets/net_kernel-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nmc::HWY_NAMESPACE {

/// What one run through the steps is of.
struct OdeRun {
  std::size_t rows = 0;   ///< of the state, (rows, kTile)
  int steps = 0;          ///< of [0, 1]
  std::size_t extra = 0;  ///< numbers that the velocity needs beside
};

/// A time, by its place in the tables of 2 steps + 1 of them, and what is pulled back there.
template <class T>
struct OdePoint {
  int stage;  ///< of the step, 0 … 3; value() was asked at all but the last
  int time;
  const T* u;
  const T* gv;    ///< cotangent of the velocity
  const T* gdiv;  ///< of its divergence, (kTile)
};

/// Where the numbers of one tile lie, (rows, kTile). A `trail` that is not null holds where each
/// step of a way begins, (steps, rows, kTile), and then what the velocity keeps.
template <class T>
class OdeSpace {
 public:
  OdeSpace(const OdeRun& run, bool is_backward, T* trail)
      : steps(run.steps), has_trail(trail != nullptr), size_(run.rows * kTile) {
    constexpr std::size_t kBoth = 4, kBackward = 6, kLanes = std::size_t{2} * kTile;
    const std::size_t begins = has_trail ? 0 : static_cast<std::size_t>(run.steps);
    const std::size_t states = kBoth + (is_backward ? begins + kBackward : 0);
    at_ = room(states * size_ + kLanes + run.extra);
    for (T** place : {&u, &stage, &k, &sum}) *place = take();
    if (is_backward) {
      for (T*& x : stages) x = take();
      g = take();
      gk = take();
    }
    for (int s = 0; s < run.steps && (has_trail || is_backward); ++s)
      starts.push_back(has_trail ? trail + static_cast<std::size_t>(s) * size_ : take());
    div = at_;
    gdiv = at_ + kTile;
    extra = at_ + kLanes;
  }

  int steps;
  bool has_trail;
  T *u = nullptr, *stage = nullptr, *k = nullptr, *sum = nullptr;
  T *div = nullptr, *gdiv = nullptr;  ///< (kTile)
  T* extra = nullptr;                 ///< of the velocity
  // Backward only.
  T* stages[4] = {};
  T *g = nullptr, *gk = nullptr;
  std::vector<T*> starts{};  ///< where each step begins; backward or with a trail
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
template <class Velocity, class T>
void runge_kutta(Velocity& velocity, const OdeStep& step, T* u, double* log_det,
                 OdeSpace<T>& space) {
  std::copy_n(u, space.size(), space.sum);
  const T* at = u;
  for (std::size_t s = 0; s < 4; ++s) {
    if (space.has_trail) velocity.keep(static_cast<int>(s));
    const auto common =
        velocity.value(step.times[s], at, space.k, log_det != nullptr ? space.div : nullptr);
    const double weight = step.length * kStageWeight[s];
    add_multiple(space.sum, weight, space.k, space.sum, space.size());
    if (log_det)
      for (int k = 0; k < kTile; ++k)
        log_det[k] += weight * (static_cast<double>(space.div[k]) + common);
    if (s == 3) break;
    add_multiple(u, step.length * kStageReach[s + 1], space.k, space.stage, space.size());
    at = space.stage;
  }
  std::copy_n(space.sum, space.size(), u);
}

/// All steps of a way from space.u.
template <class Velocity, class T>
void run_steps(Velocity& velocity, Direction way, double* log_det, OdeSpace<T>& space) {
  for (int s = 0; s < space.steps; ++s) {
    if (space.has_trail) {
      std::copy_n(space.u, space.size(), space.starts[static_cast<std::size_t>(s)]);
      velocity.follow(s);
    }
    runge_kutta(velocity, ode_step(space.steps, way, s), space.u, log_det, space);
  }
}

inline Direction opposite_way(Direction way) {
  return way == Direction::generate ? Direction::infer : Direction::generate;
}

/// The steps of a way from u on; writes where the steps of the other way would begin.
template <class Velocity, class T>
void run_back(Velocity& velocity, Direction way, T* u, OdeSpace<T>& space) {
  const int steps = space.steps;
  for (int s = steps; s-- > 0;) {
    runge_kutta(velocity, ode_step(steps, opposite_way(way), steps - 1 - s), u, nullptr, space);
    std::copy_n(u, space.size(), space.starts[static_cast<std::size_t>(s)]);
  }
}

template <class Velocity, class T>
void run_on(Velocity& velocity, Direction way, T* u, OdeSpace<T>& space) {
  for (int s = 0; s < space.steps; ++s) {
    std::copy_n(u, space.size(), space.starts[static_cast<std::size_t>(s)]);
    runge_kutta(velocity, ode_step(space.steps, way, s), u, nullptr, space);
  }
}

/// From the end of the steps in space.u to where they all begin. The steps of the other way come
/// back with an error e of order 4; what they make of the end of the steps from there is off by
/// the same e but for a correction of order 4 in e, so that each round squares what is left.
template <class Velocity, class T>
void find_starts(Velocity& velocity, Direction way, OdeSpace<T>& space) {
  T* const u = space.u;
  run_back(velocity, way, u, space);
  if constexpr (sizeof(T) == 4) return;
  T* const first = space.stages[0];
  T* const aim = space.stages[1];
  std::copy_n(u, space.size(), aim);
  std::copy_n(u, space.size(), first);
  constexpr int kRounds = 6;
  for (int round = 0; round < kRounds; ++round) {
    run_on(velocity, way, u, space);
    run_back(velocity, way, u, space);
    double most = 0;
    for (std::size_t k = 0; k < space.size(); ++k) {
      const T miss = aim[k] - u[k];
      first[k] += miss;
      most = std::max(most, static_cast<double>(std::abs(miss)));
    }
    std::copy_n(first, space.size(), u);
    if (most < 1e-14) break;
  }
  run_on(velocity, way, u, space);
}

/// Back through one step: space.g is the cotangent of its end and becomes that of its beginning.
template <class Velocity, class T>
void runge_kutta_vjp(Velocity& velocity, const OdeStep& step, const T* start, const T* g_log_det,
                     OdeSpace<T>& space) {
  const std::size_t size = space.size();
  std::copy_n(start, size, space.stages[0]);
  for (std::size_t s = 0; s < 3; ++s) {
    velocity.keep(static_cast<int>(s));
    if (!velocity.recall(static_cast<int>(s), space.k))
      velocity.value(step.times[s], space.stages[s], space.k, nullptr);
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
    velocity.pull(
        OdePoint<T>{static_cast<int>(s), step.times[s], space.stages[s], space.gk, space.gdiv},
        space.stage);
    add_multiple(space.sum, 1, space.stage, space.sum, size);
  }
  std::swap(space.g, space.sum);
}

/// Back through all steps of a way, whose end is in space.u unless there is a trail, from the
/// cotangent of the end in space.g; the beginning is in space.starts[0] after it.
template <class Velocity, class T>
void run_steps_vjp(Velocity& velocity, Direction way, const T* g_log_det, OdeSpace<T>& space) {
  if (!space.has_trail) find_starts(velocity, way, space);
  for (int s = space.steps; s-- > 0;) {
    velocity.follow(s);
    runge_kutta_vjp(velocity, ode_step(space.steps, way, s),
                    space.starts[static_cast<std::size_t>(s)], g_log_det, space);
  }
}

}  // namespace nmc::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif  // per-target include guard
