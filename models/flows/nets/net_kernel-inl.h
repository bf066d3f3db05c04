// The nets of a coupling on tiles of 64 chains, per SIMD target: forward with every layer's output
// kept, and both vector-Jacobian products.
#if defined(NMC_MODELS_NET_KERNEL_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NMC_MODELS_NET_KERNEL_INL_H_
#undef NMC_MODELS_NET_KERNEL_INL_H_
#else
#define NMC_MODELS_NET_KERNEL_INL_H_
#endif

#include <algorithm>
#include <vector>

#include "core/simd/dense-inl.h"
#include "hwy/aligned_allocator.h"
#include "models/flows/nets/packed_net.hpp"

HWY_BEFORE_NAMESPACE();
namespace nmc::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;
namespace tile_ops = simd::HWY_NAMESPACE;
using simd::kTile;
using tile_ops::TileTag;

template <class T>
inline constexpr int kLanes = static_cast<int>(hn::MaxLanes(TileTag<T>()));

/// Scratch of the calling thread, at least `size` numbers, 64-byte aligned; grows, never shrinks.
template <class T>
T* scratch(std::size_t size) {
  thread_local hwy::AlignedFreeUniquePtr<T[]> buffer;
  thread_local std::size_t capacity = 0;
  if (capacity < size) {
    buffer = hwy::AllocateAligned<T>(size);
    capacity = size;
  }
  return buffer.get();
}

template <class T>
int width(const PackedNet<T>& net) {
  int widest = 0;
  for (const auto& layer : net) widest = std::max({widest, layer.inputs, layer.outputs});
  return widest;
}

/// Where one net keeps its numbers while a patch is processed: the output of every layer
/// (activated, but for the last), two ping-pong cotangents, and the lane sums of its gradient.
template <class T>
struct NetTape {
  std::vector<T*> h;
  T* g[2] = {nullptr, nullptr};
  T* sums = nullptr;
};

template <class T>
std::size_t outputs_size(const PackedNet<T>& net) {
  std::size_t n = 0;
  for (const auto& layer : net) n += static_cast<std::size_t>(layer.outputs) * kTile;
  return n;
}

template <class T>
std::size_t sums_size(const PackedNet<T>& net) {
  std::size_t n = 0;
  for (const auto& layer : net)
    n += static_cast<std::size_t>(layer.inputs + 1) * layer.outputs * kLanes<T>;
  return n;
}

template <class T>
T* place_outputs(const PackedNet<T>& net, T* at, NetTape<T>& tape) {
  tape.h.clear();
  for (const auto& layer : net) {
    tape.h.push_back(at);
    at += static_cast<std::size_t>(layer.outputs) * kTile;
  }
  return at;
}

template <class T>
HWY_NOINLINE void net_forward(const PackedNet<T>& net, simd::Activation kind, const T* in,
                              NetTape<T>& tape) {
  for (std::size_t k = 0; k < net.size(); ++k) {
    const auto& layer = net[k];
    tile_ops::dense(layer.weight.data(), layer.bias.data(), in, layer.inputs, tape.h[k],
                    layer.outputs);
    if (k + 1 < net.size()) tile_ops::activate(kind, tape.h[k], layer.outputs);
    in = tape.h[k];
  }
}

/// Back through the net from the cotangent in tape.g[0]; returns the cotangent of `in`.
template <class T>
HWY_NOINLINE const T* net_vjp(const PackedNet<T>& net, simd::Activation kind, const T* in,
                              NetTape<T>& tape) {
  T* g = tape.g[0];
  T* next = tape.g[1];
  T* sums = tape.sums;
  for (std::size_t k = net.size(); k-- > 0;) {
    const auto& layer = net[k];
    const T* below = k > 0 ? tape.h[k - 1] : in;
    if (tape.sums) {
      tile_ops::dense_weight_vjp(g, layer.outputs, below, layer.inputs, sums);
      sums += static_cast<std::size_t>(layer.outputs) * layer.inputs * kLanes<T>;
      tile_ops::bias_vjp(g, layer.outputs, sums);
      sums += static_cast<std::size_t>(layer.outputs) * kLanes<T>;
    }
    tile_ops::dense<T>(layer.transposed.data(), nullptr, g, layer.outputs, next, layer.inputs);
    if (k > 0) tile_ops::activation_vjp(kind, below, next, layer.inputs);
    std::swap(g, next);
  }
  return g;
}

/// Adds the lane sums of a net, in the order net_vjp wrote them, to the parameter gradient.
template <class T>
void reduce_net(const PackedNet<T>& net, const T* sums, double* grad) {
  for (std::size_t k = net.size(); k-- > 0;) {
    const auto& layer = net[k];
    tile_ops::reduce_outer(sums, layer.outputs, layer.inputs, grad + layer.grad_weight);
    sums += static_cast<std::size_t>(layer.outputs) * layer.inputs * kLanes<T>;
    tile_ops::reduce_lanes(sums, layer.outputs, grad + layer.grad_bias);
    sums += static_cast<std::size_t>(layer.outputs) * kLanes<T>;
  }
}

}  // namespace nmc::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif  // per-target include guard
