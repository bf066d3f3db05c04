// The weight gradient of masked layers on tiles of 64 chains, per SIMD target.
#if defined(NMC_MODELS_MASKED_GRADIENT_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NMC_MODELS_MASKED_GRADIENT_INL_H_
#undef NMC_MODELS_MASKED_GRADIENT_INL_H_
#else
#define NMC_MODELS_MASKED_GRADIENT_INL_H_
#endif

#include <algorithm>

#include "core/simd/dense-inl.h"
#include "models/flows/autoregressive/masked_shape.hpp"

HWY_BEFORE_NAMESPACE();
namespace nmc::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;
namespace tile_ops = simd::HWY_NAMESPACE;

/// Inputs of one pass: they lie in the lanes, so that no sum over lanes is left to be taken.
template <class T>
inline constexpr int kStrip =
    static_cast<int>(hn::MaxLanes(tile_ops::TileTag<T>())) * tile_ops::kPassVectors;

/// strip(chain, k) = in(k, chain) of `count` rows, 0 beyond them.
template <class T>
HWY_NOINLINE void transpose_rows(const T* HWY_RESTRICT in, int count, T* HWY_RESTRICT strip) {
  for (int k = 0; k < count; ++k)
    for (int c = 0; c < simd::kTile; ++c) strip[c * kStrip<T> + k] = in[k * simd::kTile + c];
  for (int k = count; k < kStrip<T>; ++k)
    for (int c = 0; c < simd::kTile; ++c) strip[c * kStrip<T> + k] = T(0);
}

/// Outputs o … o + O − 1 against the inputs of a strip from `first` on: grad(o, i) += Σ_chains
/// g(o) in(i), of inputs that the output reads.
template <int O, class T>
HWY_INLINE void strip_block(const MaskedShape& shape, int o, int first, const T* HWY_RESTRICT g,
                            const T* HWY_RESTRICT strip, double* HWY_RESTRICT grad) {
  const tile_ops::TileTag<T> d;
  using V = hn::Vec<decltype(d)>;
  constexpr int kVectors = tile_ops::kPassVectors;
  constexpr int lanes = static_cast<int>(hn::MaxLanes(tile_ops::TileTag<T>()));
  V sum[O][kVectors];
#pragma GCC unroll 8
  for (int k = 0; k < O; ++k)
#pragma GCC unroll 8
    for (int v = 0; v < kVectors; ++v) sum[k][v] = hn::Zero(d);
  for (int c = 0; c < simd::kTile; ++c) {
    V x[kVectors];
#pragma GCC unroll 8
    for (int v = 0; v < kVectors; ++v) x[v] = hn::Load(d, strip + c * kStrip<T> + v * lanes);
#pragma GCC unroll 8
    for (int k = 0; k < O; ++k) {
      const V weight = hn::Set(d, g[(o + k) * simd::kTile + c]);
#pragma GCC unroll 8
      for (int v = 0; v < kVectors; ++v) sum[k][v] = hn::MulAdd(weight, x[v], sum[k][v]);
    }
  }
  alignas(64) T out[kStrip<T>];
  for (int k = 0; k < O; ++k) {
    for (int v = 0; v < kVectors; ++v) hn::Store(sum[k][v], d, out + v * lanes);
    const auto row = static_cast<std::size_t>(o + k);
    const int count = std::min(kStrip<T>, shape.reads()[row] - first);
    double* to = grad + shape.rows()[row] + first;
    for (int i = 0; i < count; ++i) to[i] += static_cast<double>(out[i]);
  }
}

/// grad (weights) += Σ_chains g inᵀ, with g (outputs, kTile) and in (inputs, kTile).
template <class T>
HWY_NOINLINE void masked_gradient(const MaskedShape& shape, const T* g, const T* in, double* grad) {
  alignas(64) T strip[simd::kTile * kStrip<T>];
  const auto reads = shape.reads();
  int o = 0;
  for (int first = 0; first < shape.inputs(); first += kStrip<T>) {
    transpose_rows(in + first * simd::kTile, std::min(kStrip<T>, shape.inputs() - first), strip);
    while (o < shape.outputs() && reads[static_cast<std::size_t>(o)] <= first) ++o;
    int k = o;
    for (; k + simd::kOutputBlock <= shape.outputs(); k += simd::kOutputBlock)
      strip_block<simd::kOutputBlock>(shape, k, first, g, strip, grad);
    for (; k < shape.outputs(); ++k) strip_block<1>(shape, k, first, g, strip, grad);
  }
}

/// grad(o) += Σ_chains g(o).
template <class T>
HWY_NOINLINE void row_sums(const T* g, int rows, double* grad) {
  const tile_ops::TileTag<T> d;
  constexpr int lanes = static_cast<int>(hn::MaxLanes(tile_ops::TileTag<T>()));
  for (int o = 0; o < rows; ++o) {
    auto sum = hn::Zero(d);
    for (int c = 0; c < simd::kTile; c += lanes)
      sum = hn::Add(sum, hn::Load(d, g + o * simd::kTile + c));
    grad[o] += static_cast<double>(hn::GetLane(hn::SumOfLanes(d, sum)));
  }
}

}  // namespace nmc::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif  // per-target include guard
