// The steps of a kernel flow on tiles of 64 chains, and back through them, per SIMD target.
#if defined(NMC_MODELS_KERNEL_ODE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NMC_MODELS_KERNEL_ODE_INL_H_
#undef NMC_MODELS_KERNEL_ODE_INL_H_
#else
#define NMC_MODELS_KERNEL_ODE_INL_H_
#endif

#include <algorithm>

#include "models/flows/continuous/kernel_field-inl.h"
#include "models/flows/continuous/kernel_ode.hpp"
#include "models/flows/continuous/ode_steps-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nmc::HWY_NAMESPACE {

/// The cotangents of Σ_k ℓ, of every mode, at a time.
inline void add_linear_trace(const std::vector<int>& orbit, std::size_t orbits, int time,
                             double g_log_det, KernelTables<double>& grad) {
  double* const to = grad.linear.data() + static_cast<std::size_t>(time) * orbits;
  for (const int o : orbit) to[o] += g_log_det;
}

/// The velocity of a kernel flow, for the steps.
template <class T>
class KernelVelocity {
 public:
  using Number = T;
  static OdeRun run(const PackedKernelField<T>& field) {
    int longest = 0;
    for (const auto& line : field.modes.lines) longest = std::max(longest, line.length);
    const auto lanes = static_cast<std::size_t>(field.shape.harmonics + 3 + longest) * kTile;
    const auto rows = static_cast<std::size_t>(field.modes.sites);
    return {rows, field.shape.steps, 4 * rows * kTile + lanes};
  }
  /// `grad` as integrate_kernel_vjp().
  KernelVelocity(const PackedKernelField<T>& field, const OdeSpace<T>& space,
                 KernelTables<double>* grad)
      : field_(field), grad_(grad) {
    T* at = space.extra;
    const auto take = [&](std::size_t numbers) {
      T* const here = at;
      at += numbers;
      return here;
    };
    for (T** place : {&room_.modes, &room_.sites, &room_.third, &room_.waves.other})
      *place = take(space.size());
    div_ = take(kTile);
    room_.lanes = take(static_cast<std::size_t>(field.shape.harmonics + 2) * kTile);
    room_.waves.folded = at;
  }

  double value(int time, const T* u, T* v, T* div) {
    field_velocity(field_, time, u, v, div != nullptr ? div : div_, room_);
    return field_.linear_trace[static_cast<std::size_t>(time)];
  }
  void pull(const OdePoint<T>& at, T* gu) {
    field_velocity_vjp(field_, at.time, at.u, {at.gv, at.gdiv}, gu, grad_, room_);
    if (grad_ == nullptr) return;
    double g = 0;
    for (int k = 0; k < kTile; ++k) g += static_cast<double>(at.gdiv[k]);
    add_linear_trace(*field_.orbit, field_.orbits, at.time, g, *grad_);
  }
  void keep(int /*stage*/) {}
  void follow(int /*step*/) {}
  static bool recall(int /*stage*/, T* /*v*/) { return false; }
  [[nodiscard]] const WaveRoom<T>& waves() const { return room_.waves; }

 private:
  const PackedKernelField<T>& field_;
  KernelTables<double>* grad_;
  FieldRoom<T> room_{};
  T* div_ = nullptr;
};

template <class T>
void integrate_kernel_all(const PackedKernelField<T>& field, Direction way, TileView<T> tile) {
  OdeSpace<T> space(KernelVelocity<T>::run(field), false, tile.trail);
  KernelVelocity<T> velocity(field, space, nullptr);
  const bool out = way == Direction::generate;
  analyse(field.modes, tile.y, space.u, velocity.waves());
  if (!out) scale_modes(field, field.scale_down.data(), space.u, space.u);
  run_steps(velocity, way, tile.log_det, space);
  if (out) scale_modes(field, field.scale_up.data(), space.u, space.u);
  synthesise(field.modes, space.u, tile.y, velocity.waves());
  if (tile.log_det == nullptr) return;
  for (int k = 0; k < kTile; ++k) tile.log_det[k] += (out ? 1 : -1) * field.log_scale_sum;
}

template <class T>
void integrate_kernel_vjp_all(const PackedKernelField<T>& field, Direction way,
                              const TileVjp<T>& tile, KernelTables<double>* grad) {
  OdeSpace<T> space(KernelVelocity<T>::run(field), true, tile.trail);
  KernelVelocity<T> velocity(field, space, grad);
  const bool out = way == Direction::generate;
  double g_log_det = 0;
  for (int k = 0; k < kTile; ++k) g_log_det += static_cast<double>(tile.g_log_det[k]);
  analyse(field.modes, tile.y, space.u, velocity.waves());
  analyse(field.modes, tile.gy, space.g, velocity.waves());
  if (out) {
    if (grad) add_products(field, space.g, space.u, grad->log_scale.data());
    scale_modes(field, field.scale_down.data(), space.u, space.u);
    scale_modes(field, field.scale_up.data(), space.g, space.g);
  }
  run_steps_vjp(velocity, way, tile.g_log_det, space);
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
  synthesise(field.modes, u, tile.y, velocity.waves());
  synthesise(field.modes, space.g, tile.gy, velocity.waves());
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
