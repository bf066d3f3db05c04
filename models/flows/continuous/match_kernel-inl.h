// A dense net as a velocity at places and times of their own on tiles of 64 chains, per SIMD
// target: the square of what it misses, and the gradient of that by its numbers.
#if defined(NMC_MODELS_MATCH_KERNEL_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NMC_MODELS_MATCH_KERNEL_INL_H_
#undef NMC_MODELS_MATCH_KERNEL_INL_H_
#else
#define NMC_MODELS_MATCH_KERNEL_INL_H_
#endif

#include <algorithm>

#include "models/flows/continuous/match_kernel.hpp"
#include "models/flows/nets/net_kernel-inl.h"
#include "models/flows/nets/smooth_units_kernel-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nmc::HWY_NAMESPACE {

template <class T>
class VelocityMatch {
 public:
  VelocityMatch(const MatchNet<T>& net, const MatchTile<T>& tile, MatchGradient* grad)
      : net_(net), tile_(tile), grad_(grad) {
    const auto& layers = net.velocity->net;
    const auto widest = static_cast<std::size_t>(width(layers)) * kTile;
    std::size_t room = outputs_size(layers) + 2 * widest, sums = 0;
    for (const auto& layer : layers)
      sums = std::max(sums, static_cast<std::size_t>(layer.outputs) * layer.inputs * kLanes<T>);
    T* at = scratch<T>(room + sums);
    for (const auto& layer : layers) {
      h_.push_back(at);
      at += static_cast<std::size_t>(layer.outputs) * kTile;
    }
    for (T*& g : g_) {
      g = at;
      at += widest;
    }
    sums_ = at;
  }

  void run() {
    const std::size_t last = net_.velocity->net.size() - 1;
    const T* in = tile_.x;
    for (std::size_t l = 0; l <= last; ++l) {
      const auto& layer = net_.velocity->net[l];
      tile_ops::dense(layer.weight.data(), net_.bias[l].data(), in, layer.inputs, h_[l],
                      layer.outputs);
      add_time(l);
      if (l < last) tile_ops::activate(net_.velocity->activation, h_[l], layer.outputs);
      in = h_[l];
    }
    miss(h_[last]);
    if (grad_ == nullptr) return;
    for (std::size_t l = last + 1; l-- > 0;) pull(l);
  }

 private:
  void add_time(std::size_t l) {
    const TileTag<T> d;
    for (int unit = 0; unit < net_.velocity->net[l].outputs; ++unit) {
      const auto c = hn::Set(d, net_.time[l][static_cast<std::size_t>(unit)]);
      T* const row = h_[l] + static_cast<std::ptrdiff_t>(unit) * kTile;
      for (int k = 0; k < kTile; k += kLanes<T>)
        hn::Store(hn::MulAdd(c, hn::Load(d, tile_.time + k), hn::Load(d, row + k)), d, row + k);
    }
  }

  /// Losses, and their cotangents 2 weight (v − sought).
  void miss(const T* v) {
    const TileTag<T> d;
    for (int k = 0; k < kTile; k += kLanes<T>) {
      auto sum = hn::Zero(d);
      const auto factor = hn::Mul(hn::Set(d, 2), hn::Load(d, tile_.weight + k));
      for (int site = 0; site < net_.velocity->sites; ++site) {
        const std::ptrdiff_t at = static_cast<std::ptrdiff_t>(site) * kTile + k;
        const auto off = hn::Sub(hn::Load(d, v + at), hn::Load(d, tile_.sought + at));
        sum = hn::MulAdd(off, off, sum);
        hn::Store(hn::Mul(factor, off), d, g_[0] + at);
      }
      hn::Store(sum, d, tile_.loss + k);
    }
  }

  /// From the cotangents of what layer l makes, before its activation, in g_[0] to those of the
  /// layer below.
  void pull(std::size_t l) {
    const TileTag<T> d;
    const auto& layer = net_.velocity->net[l];
    const T* const in = l > 0 ? h_[l - 1] : tile_.x;
    std::fill_n(sums_, static_cast<std::size_t>(layer.outputs) * layer.inputs * kLanes<T>, T(0));
    tile_ops::dense_weight_vjp(g_[0], layer.outputs, in, layer.inputs, sums_);
    tile_ops::reduce_outer(sums_, layer.outputs, layer.inputs, grad_->weight[l].data());
    for (int unit = 0; unit < layer.outputs; ++unit) {
      const T* const g = g_[0] + static_cast<std::ptrdiff_t>(unit) * kTile;
      grad_->bias[l][static_cast<std::size_t>(unit)] += lane_sum(g);
      grad_->time[l][static_cast<std::size_t>(unit)] += lane_product(g, tile_.time);
    }
    if (l == 0) return;
    tile_ops::dense<T>(layer.transposed.data(), nullptr, g_[0], layer.outputs, g_[1], layer.inputs);
    for (int k = 0; k < layer.inputs * kTile; k += kLanes<T>) {
      const auto slope = slope_of(d, net_.velocity->activation, hn::Load(d, in + k));
      hn::Store(hn::Mul(slope, hn::Load(d, g_[1] + k)), d, g_[1] + k);
    }
    std::swap(g_[0], g_[1]);
  }

  const MatchNet<T>& net_;
  const MatchTile<T>& tile_;
  MatchGradient* grad_;
  std::vector<T*> h_;  ///< what each layer makes
  T* g_[2] = {};
  T* sums_ = nullptr;
};

#define NMC_MATCH_VELOCITY(T)                                                                      \
  void match_velocity_##T(const MatchNet<T>& net, const MatchTile<T>& tile, MatchGradient* grad) { \
    VelocityMatch<T>(net, tile, grad).run();                                                       \
  }
NMC_MATCH_VELOCITY(float)
NMC_MATCH_VELOCITY(double)
#undef NMC_MATCH_VELOCITY

}  // namespace nmc::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif  // per-target include guard
