// A dense net as a velocity on tiles of 64 chains, per SIMD target: value, exact divergence and
// their vector-Jacobian product. Formulas in velocity_kernel.hpp.
#if defined(NMC_MODELS_VELOCITY_KERNEL_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NMC_MODELS_VELOCITY_KERNEL_INL_H_
#undef NMC_MODELS_VELOCITY_KERNEL_INL_H_
#else
#define NMC_MODELS_VELOCITY_KERNEL_INL_H_
#endif

#include <algorithm>

#include "models/flows/continuous/ode_steps-inl.h"
#include "models/flows/nets/smooth_units_kernel-inl.h"
#include "models/flows/continuous/velocity_kernel.hpp"

HWY_BEFORE_NAMESPACE();
namespace nmc::HWY_NAMESPACE {

template <class T>
class NetVelocity {
 public:
  using Number = T;
  static OdeRun run(const PackedVelocity<T>& v) {
    std::size_t hidden = 0, sums = 0;
    for (std::size_t l = 0; l + 1 < v.net.size(); ++l)
      hidden += static_cast<std::size_t>(v.net[l].outputs);
    for (const auto& layer : v.net)
      sums += static_cast<std::size_t>(layer.outputs) * layer.inputs * kLanes<T>;
    const auto widest = static_cast<std::size_t>(width(v.net));
    constexpr std::size_t kOfAll = 8, kWide = 2;  // 4 h, slopes, τ, u, bends; two cotangents
    return {static_cast<std::size_t>(v.sites), v.steps,
            (kOfAll * hidden + kWide * widest) * kTile + sums};
  }
  NetVelocity(const NetAt<T>& net, OdeSpace<T>& space, VelocityGradient* grad)
      : v_(*net.velocity), bias_(*net.bias), grad_(grad), at_(space.extra) {
    for (auto* rows :
         {&h_at_[0], &h_at_[1], &h_at_[2], &h_at_[3], &slope_, &tau_, &tangent_, &bend_})
      for (int l = 0; l < depth(); ++l) rows->push_back(take(outputs(l) * kTile));
    if (space.has_trail && insides_of_step(v_) > 0)
      insides_ = space.starts[0] + static_cast<std::size_t>(v_.steps) * space.size();
    for (T*& g : g_) g = take(static_cast<std::size_t>(width(v_.net)) * kTile);
    for (const auto& layer : v_.net)
      sums_.push_back(take(static_cast<std::size_t>(layer.outputs) * layer.inputs * kLanes<T>));
    keep(0);
    if (grad_ == nullptr) return;
    for (std::size_t l = 0; l < sums_.size(); ++l)
      std::fill_n(sums_[l], outputs(static_cast<int>(l)) * v_.net[l].inputs * kLanes<T>, T(0));
  }

  double value(int time, const T* u, T* v, T* div) {
    find_hidden(time, u);
    const auto& last = v_.net.back();
    tile_ops::dense(last.weight.data(), bias(depth(), time), depth() > 0 ? h_[depth() - 1] : u,
                    last.inputs, v, last.outputs);
    if (insides_ != nullptr && stage_ < 3) std::copy_n(v, v_size(), v_at_[stage_]);
    if (div == nullptr) return 0;
    std::fill_n(div, kTile, T(0));
    if (depth() == 0) return trace();
    find_slopes();
    for (int site = 0; site < v_.sites; ++site) {
      push_tangent(site);
      for (int unit = 0; unit < last.inputs; ++unit)
        add_multiple<T>(div, weight(depth(), site, unit), row(tangent_.back(), unit), div, kTile);
    }
    return 0;
  }

  void pull(const OdePoint<T>& at, T* gu) {
    keep(at.stage);
    if (at.stage == 3 && insides_ == nullptr) find_hidden(at.time, at.u);
    find_slopes();
    if (depth() == 0) pull_trace(at.gdiv);
    for (int l = 0; l < depth(); ++l) std::fill_n(bend_[at_of(l)], outputs(l) * kTile, T(0));
    for (int site = 0; site < v_.sites && depth() > 0; ++site) {
      push_tangent(site);
      pull_tangent(site, at.gdiv);
    }
    pull_value(at, gu);
  }

  void keep(int stage) {
    stage_ = stage;
    h_ = h_at_[stage].data();
  }
  void follow(int step) {
    if (insides_ == nullptr) return;
    T* at = insides_ + static_cast<std::size_t>(step) * insides_of_step(v_);
    for (auto& rows : h_at_)
      for (int l = 0; l < depth(); at += outputs(l++) * kTile) rows[at_of(l)] = at;
    for (T*& v : v_at_) v = std::exchange(at, at + v_size());
  }
  bool recall(int stage, T* v) const {
    if (insides_ != nullptr) std::copy_n(v_at_[stage], v_size(), v);
    return insides_ != nullptr;
  }

  /// Adds what was summed lane by lane to the gradient.
  void finish() {
    if (grad_ == nullptr) return;
    for (std::size_t l = 0; l < sums_.size(); ++l)
      tile_ops::reduce_outer(sums_[l], v_.net[l].outputs, v_.net[l].inputs,
                             grad_->weight[l].data());
  }

 private:
  static std::size_t at_of(int l) { return static_cast<std::size_t>(l); }
  static T* row(T* rows, int k) { return rows + static_cast<std::ptrdiff_t>(k) * kTile; }
  /// Hidden layers; layer `depth` makes the velocity of them.
  [[nodiscard]] int depth() const { return static_cast<int>(v_.net.size()) - 1; }
  [[nodiscard]] std::size_t outputs(int l) const {
    return static_cast<std::size_t>(v_.net[at_of(l)].outputs);
  }
  [[nodiscard]] const T* bias(int l, int time) const {
    return bias_[at_of(l)].data() + static_cast<std::size_t>(time) * outputs(l);
  }
  [[nodiscard]] T weight(int l, int out, int in) const {
    return v_.plain[at_of(l)][static_cast<std::size_t>(out) *
                                  static_cast<std::size_t>(v_.net[at_of(l)].inputs) +
                              static_cast<std::size_t>(in)];
  }
  [[nodiscard]] std::size_t v_size() const { return static_cast<std::size_t>(v_.sites) * kTile; }
  T* take(std::size_t numbers) {
    T* const here = at_;
    at_ += numbers;
    return here;
  }

  /// Of a velocity without hidden layers.
  [[nodiscard]] double trace() const {
    double sum = 0;
    for (int site = 0; site < v_.sites; ++site) sum += static_cast<double>(weight(0, site, site));
    return sum;
  }
  void pull_trace(const T* gdiv) {
    if (grad_ == nullptr) return;
    for (int site = 0; site < v_.sites; ++site)
      grad_->weight[0][static_cast<std::size_t>(site * (v_.sites + 1))] += lane_sum(gdiv);
  }

  void find_hidden(int time, const T* u) {
    const T* in = u;
    for (int l = 0; l < depth(); ++l) {
      const auto& layer = v_.net[at_of(l)];
      tile_ops::dense(layer.weight.data(), bias(l, time), in, layer.inputs, h_[at_of(l)],
                      layer.outputs);
      tile_ops::activate(v_.activation, h_[at_of(l)], layer.outputs);
      in = h_[at_of(l)];
    }
  }

  void find_slopes() {
    const TileTag<T> d;
    for (int l = 0; l < depth(); ++l)
      for (std::size_t k = 0; k < outputs(l) * kTile; k += hn::Lanes(d))
        hn::Store(slope_of(d, v_.activation, hn::Load(d, h_[at_of(l)] + k)), d,
                  slope_[at_of(l)] + k);
  }

  HWY_INLINE void multiply(const T* a, const T* b, T* to, std::size_t size) {
    const TileTag<T> d;
    for (std::size_t k = 0; k < size; k += hn::Lanes(d))
      hn::Store(hn::Mul(hn::Load(d, a + k), hn::Load(d, b + k)), d, to + k);
  }

  /// The tangents of all hidden layers by one site: before their slope and after it.
  HWY_NOINLINE void push_tangent(int site) {
    for (int l = 0; l < depth(); ++l) {
      const auto& layer = v_.net[at_of(l)];
      T* const tau = tau_[at_of(l)];
      if (l == 0)
        for (int unit = 0; unit < layer.outputs; ++unit)
          std::fill_n(row(tau, unit), kTile, weight(0, unit, site));
      else
        tile_ops::dense<T>(layer.weight.data(), nullptr, tangent_[at_of(l - 1)], layer.inputs, tau,
                           layer.outputs);
      multiply(slope_[at_of(l)], tau, tangent_[at_of(l)], outputs(l) * kTile);
    }
  }

  /// Back through push_tangent() from the cotangent of the divergence.
  HWY_NOINLINE void pull_tangent(int site, const T* gdiv) {
    T* g = g_[0];
    T* next = g_[1];
    const TileTag<T> d;
    const int width = v_.net.back().inputs;
    for (int unit = 0; unit < width; ++unit) {
      const auto w = hn::Set(d, weight(depth(), site, unit));
      for (int k = 0; k < kTile; k += static_cast<int>(hn::Lanes(d)))
        hn::Store(hn::Mul(w, hn::Load(d, gdiv + k)), d, row(g, unit) + k);
      if (grad_ != nullptr)
        grad_->weight.back()[static_cast<std::size_t>(site * width + unit)] +=
            lane_product(gdiv, row(tangent_.back(), unit));
    }
    for (int l = depth() - 1; l >= 0; --l) {
      const auto& layer = v_.net[at_of(l)];
      for (std::size_t k = 0; k < outputs(l) * kTile; k += hn::Lanes(d)) {
        const auto gk = hn::Load(d, g + k);
        T* const bend = bend_[at_of(l)] + k;
        hn::Store(hn::MulAdd(gk, hn::Load(d, tau_[at_of(l)] + k), hn::Load(d, bend)), d, bend);
        hn::Store(hn::Mul(gk, hn::Load(d, slope_[at_of(l)] + k)), d, g + k);
      }
      if (l == 0) {
        for (int unit = 0; unit < layer.outputs && grad_ != nullptr; ++unit)
          grad_->weight[0][static_cast<std::size_t>(unit * layer.inputs + site)] +=
              lane_sum(row(g, unit));
        return;
      }
      if (grad_ != nullptr)
        tile_ops::dense_weight_vjp(g, layer.outputs, tangent_[at_of(l - 1)], layer.inputs,
                                   sums_[at_of(l)]);
      tile_ops::dense<T>(layer.transposed.data(), nullptr, g, layer.outputs, next, layer.inputs);
      std::swap(g, next);
    }
  }

  /// Back through the values, with what the slopes of the tangents ask of them in bend_.
  HWY_NOINLINE void pull_value(const OdePoint<T>& at, T* gu) {
    const TileTag<T> d;
    const T* g = at.gv;
    T* next = g_[0];
    for (int l = depth(); l >= 0; --l) {
      const auto& layer = v_.net[at_of(l)];
      const T* in = l > 0 ? h_[at_of(l - 1)] : at.u;
      if (grad_ != nullptr) {
        tile_ops::dense_weight_vjp(g, layer.outputs, in, layer.inputs, sums_[at_of(l)]);
        double* const to =
            grad_->bias[at_of(l)].data() + static_cast<std::size_t>(at.time) * outputs(l);
        for (int unit = 0; unit < layer.outputs; ++unit)
          to[unit] += lane_sum(g + static_cast<std::ptrdiff_t>(unit) * kTile);
      }
      T* const out = l > 0 ? next : gu;
      tile_ops::dense<T>(layer.transposed.data(), nullptr, g, layer.outputs, out, layer.inputs);
      if (l == 0) return;
      const std::size_t below = at_of(l - 1);
      for (std::size_t k = 0; k < outputs(l - 1) * kTile; k += hn::Lanes(d)) {
        // σ' (h̄ + (σ''/σ') s̄), s̄ the cotangent of the slope.
        const auto bend = bend_of(d, v_.activation, hn::Load(d, h_[below] + k));
        const auto sum = hn::MulAdd(bend, hn::Load(d, bend_[below] + k), hn::Load(d, out + k));
        hn::Store(hn::Mul(hn::Load(d, slope_[below] + k), sum), d, out + k);
      }
      g = out;
      next = out == g_[0] ? g_[1] : g_[0];
    }
  }

  const PackedVelocity<T>& v_;
  const VelocityBias<T>& bias_;
  VelocityGradient* grad_;
  T* at_;
  T* insides_ = nullptr;     ///< of all steps, where they are kept
  std::vector<T*> h_at_[4];  ///< of the stages of a step
  T* v_at_[3] = {};          ///< the velocities of all but the last, of a step that is kept
  int stage_ = 0;
  T** h_ = nullptr;  ///< those of the stage
  std::vector<T*> slope_{}, tau_{}, tangent_{}, bend_{}, sums_{};
  T* g_[2] = {};
};

template <class T>
void integrate_net_all(const NetAt<T>& net, Direction way, TileView<T> tile) {
  OdeSpace<T> space(NetVelocity<T>::run(*net.velocity), false, tile.trail);
  NetVelocity<T> velocity(net, space, nullptr);
  std::copy_n(tile.y, space.size(), space.u);
  run_steps(velocity, way, tile.log_det, space);
  std::copy_n(space.u, space.size(), tile.y);
}

template <class T>
void integrate_net_vjp_all(const NetAt<T>& net, Direction way, const TileVjp<T>& tile,
                           VelocityGradient* grad) {
  OdeSpace<T> space(NetVelocity<T>::run(*net.velocity), true, tile.trail);
  NetVelocity<T> velocity(net, space, grad);
  std::copy_n(tile.y, space.size(), space.u);
  std::copy_n(tile.gy, space.size(), space.g);
  run_steps_vjp(velocity, way, tile.g_log_det, space);
  velocity.finish();
  std::copy_n(space.starts[0], space.size(), tile.y);
  std::copy_n(space.g, space.size(), tile.gy);
}

#define NMC_NET_VELOCITY(T)                                                              \
  void integrate_net_##T(const NetAt<T>& net, Direction way, TileView<T> tile) {         \
    integrate_net_all(net, way, tile);                                                   \
  }                                                                                      \
  void integrate_net_vjp_##T(const NetAt<T>& net, Direction way, const TileVjp<T>& tile, \
                             VelocityGradient* grad) {                                   \
    integrate_net_vjp_all(net, way, tile, grad);                                         \
  }
NMC_NET_VELOCITY(float)
NMC_NET_VELOCITY(double)
#undef NMC_NET_VELOCITY

}  // namespace nmc::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif  // per-target include guard
