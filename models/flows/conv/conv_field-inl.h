// Convolutions of lattice fields on tiles of 64 chains, per SIMD target: forward, transposed, and
// the gradient of the weights. Chains sit in the lanes; one output site keeps its block of channels
// in registers over all taps.
#if defined(NMC_MODELS_CONV_FIELD_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NMC_MODELS_CONV_FIELD_INL_H_
#undef NMC_MODELS_CONV_FIELD_INL_H_
#else
#define NMC_MODELS_CONV_FIELD_INL_H_
#endif

#include <algorithm>
#include <utility>

#include "models/flows/conv/conv_net.hpp"
#include "models/flows/nets/net_kernel-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nmc::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;
namespace tile_ops = simd::HWY_NAMESPACE;
using simd::kTile;
using tile_ops::TileTag;

/// Row c of site s at (s rows + c) kTile.
template <class T>
struct ConvField {
  T* first;
  int rows;  ///< of one site
  [[nodiscard]] T* at(int site) const {
    return first + static_cast<std::size_t>(site) * static_cast<std::size_t>(rows) * kTile;
  }
};

/// Weights as they are packed; `outputs` may be those of the transposed convolution.
template <class T>
struct ConvWeights {
  const T* weight;
  const T* bias;  ///< or null
  int inputs, outputs;
};

template <class T>
ConvWeights<T> along(const PackedConvolution<T>& layer) {
  return {layer.weight.data(), layer.has_bias ? layer.bias.data() : nullptr, layer.inputs,
          layer.outputs};
}

template <class T>
ConvWeights<T> against(const PackedConvolution<T>& layer) {
  return {layer.transposed.data(), nullptr, layer.outputs, layer.inputs};
}

/// O channels at one site: out[o] = bias[o] + Σ_tap Σ_i w[tap][i][o] in(neighbour[tap])[i].
template <int O, class T>
HWY_INLINE void conv_block(const T* HWY_RESTRICT w, const T* bias, int inputs, ConvField<T> in,
                           const int* HWY_RESTRICT neighbour, int taps, T* HWY_RESTRICT out) {
  const TileTag<T> d;
  using V = hn::Vec<decltype(d)>;
  constexpr int lanes = kLanes<T>;
  constexpr int vectors =
      kTile / lanes < tile_ops::kPassVectors ? kTile / lanes : tile_ops::kPassVectors;
  for (int c = 0; c < kTile; c += vectors * lanes) {
    V sum[O][vectors];
#pragma GCC unroll 8
    for (int o = 0; o < O; ++o)
#pragma GCC unroll 8
      for (int v = 0; v < vectors; ++v) sum[o][v] = bias ? hn::Set(d, bias[o]) : hn::Zero(d);
    const T* HWY_RESTRICT weight = w;
    for (int tap = 0; tap < taps; ++tap) {
      const T* HWY_RESTRICT row = in.at(neighbour[tap]) + c;
      for (int i = 0; i < inputs; ++i, row += kTile, weight += O) {
        V x[vectors];
#pragma GCC unroll 8
        for (int v = 0; v < vectors; ++v) x[v] = hn::Load(d, row + v * lanes);
#pragma GCC unroll 8
        for (int o = 0; o < O; ++o) {
          const V each = hn::Set(d, weight[o]);
#pragma GCC unroll 8
          for (int v = 0; v < vectors; ++v) sum[o][v] = hn::MulAdd(each, x[v], sum[o][v]);
        }
      }
    }
#pragma GCC unroll 8
    for (int o = 0; o < O; ++o)
#pragma GCC unroll 8
      for (int v = 0; v < vectors; ++v) hn::Store(sum[o][v], d, out + o * kTile + c + v * lanes);
  }
}

/// All channels at one site, of the taps of one part of the stencil.
template <class T>
HWY_NOINLINE void conv_site(const ConvWeights<T>& w, const ConvStencil& stencil,
                            const StencilPart& part, int site, ConvField<T> in, T* out) {
  const int* neighbour =
      stencil.neighbour.data() + static_cast<std::size_t>(site) * stencil.taps + part.first;
  int o = 0;
  const auto block = [&](auto width) HWY_ATTR {
    constexpr int O = decltype(width)::value;
    conv_block<O>(w.weight + static_cast<std::size_t>(o) * stencil.taps * w.inputs +
                      static_cast<std::size_t>(part.first) * w.inputs * O,
                  w.bias ? w.bias + o : nullptr, w.inputs, in, neighbour, part.count,
                  out + static_cast<std::size_t>(o) * kTile);
  };
  for (; o + simd::kOutputBlock <= w.outputs; o += simd::kOutputBlock)
    block(std::integral_constant<int, simd::kOutputBlock>());
  switch (w.outputs - o) {
    case 1:
      return block(std::integral_constant<int, 1>());
    case 2:
      return block(std::integral_constant<int, 2>());
    case 3:
      return block(std::integral_constant<int, 3>());
    case 4:
      return block(std::integral_constant<int, 4>());
    default:
      return;
  }
}

/// Both heads of one output each, of which alone the sums would wait for one another:
/// out = (b + Σ w h, b' + Σ w' h), or with h² in the second.
template <bool kSquare, class T>
HWY_NOINLINE void conv_two_heads(const std::array<PackedConvolution<T>, 2>& heads,
                                 const ConvStencil& stencil, int site, ConvField<T> h,
                                 T* HWY_RESTRICT out) {
  const TileTag<T> d;
  using V = hn::Vec<decltype(d)>;
  constexpr int lanes = kLanes<T>;
  constexpr int vectors = kTile / lanes < 4 ? kTile / lanes : 4;
  const int* HWY_RESTRICT neighbour =
      stencil.neighbour.data() + static_cast<std::size_t>(site) * stencil.taps;
  for (int c = 0; c < kTile; c += vectors * lanes) {
    V sum[2][vectors];
#pragma GCC unroll 8
    for (int head = 0; head < 2; ++head)
#pragma GCC unroll 8
      for (int v = 0; v < vectors; ++v)
        sum[head][v] = heads[head].has_bias ? hn::Set(d, heads[head].bias[0]) : hn::Zero(d);
    const T *HWY_RESTRICT first = heads[0].weight.data(),
                          *HWY_RESTRICT second = heads[1].weight.data();
    for (int tap = 0; tap < stencil.taps; ++tap) {
      const T* HWY_RESTRICT row = h.at(neighbour[tap]) + c;
      for (int i = 0; i < h.rows; ++i, row += kTile) {
        const V w = hn::Set(d, *first++), other = hn::Set(d, *second++);
#pragma GCC unroll 8
        for (int v = 0; v < vectors; ++v) {
          const V x = hn::Load(d, row + v * lanes);
          sum[0][v] = hn::MulAdd(w, x, sum[0][v]);
          sum[1][v] = hn::MulAdd(kSquare ? hn::Mul(other, x) : other, x, sum[1][v]);
        }
      }
    }
#pragma GCC unroll 8
    for (int head = 0; head < 2; ++head)
#pragma GCC unroll 8
      for (int v = 0; v < vectors; ++v)
        hn::Store(sum[head][v], d, out + head * kTile + c + v * lanes);
  }
}

/// Rows that meet in the gradient of one tap: of the cotangent and of the input, site by site.
/// Sums of a weight stay in registers over the sites of a group.
template <class T>
struct ConvPairs {
  static constexpr int kGroup = 8;
  const T* g[kGroup];
  const T* in[kGroup];
  int count = 0;
};

/// sum[o][i] += Σ_sites g[o] · in[i] lane by lane.
template <int O, int I, class T>
HWY_INLINE void pair_block(const ConvPairs<T>& pairs, int o0, int i0, T* HWY_RESTRICT sum) {
  const TileTag<T> d;
  using V = hn::Vec<decltype(d)>;
  constexpr int lanes = kLanes<T>;
  V acc[O][I];
#pragma GCC unroll 8
  for (int o = 0; o < O; ++o)
#pragma GCC unroll 8
    for (int i = 0; i < I; ++i) acc[o][i] = hn::Load(d, sum + (o * I + i) * lanes);
  for (int p = 0; p < pairs.count; ++p) {
    const T* HWY_RESTRICT g = pairs.g[p] + o0 * kTile;
    const T* HWY_RESTRICT in = pairs.in[p] + i0 * kTile;
    for (int c = 0; c < kTile; c += lanes) {
      V x[I];
#pragma GCC unroll 8
      for (int i = 0; i < I; ++i) x[i] = hn::Load(d, in + i * kTile + c);
#pragma GCC unroll 8
      for (int o = 0; o < O; ++o) {
        const V go = hn::Load(d, g + o * kTile + c);
#pragma GCC unroll 8
        for (int i = 0; i < I; ++i) acc[o][i] = hn::MulAdd(go, x[i], acc[o][i]);
      }
    }
  }
#pragma GCC unroll 8
  for (int o = 0; o < O; ++o)
#pragma GCC unroll 8
    for (int i = 0; i < I; ++i) hn::Store(acc[o][i], d, sum + (o * I + i) * lanes);
}

template <int O, class T>
HWY_NOINLINE void pair_row(const ConvPairs<T>& pairs, int o0, int inputs, T* sum) {
  constexpr int lanes = kLanes<T>, kBlock = tile_ops::kGradBlock;
  int i = 0;
  for (; i + kBlock <= inputs; i += kBlock)
    pair_block<O, kBlock>(pairs, o0, i, sum + O * i * lanes);
  sum += O * i * lanes;
  switch (inputs - i) {
    case 1:
      return pair_block<O, 1>(pairs, o0, i, sum);
    case 2:
      return pair_block<O, 2>(pairs, o0, i, sum);
    case 3:
      return pair_block<O, 3>(pairs, o0, i, sum);
    case 4:
      return pair_block<O, 4>(pairs, o0, i, sum);
    default:
      return;
  }
}

/// Lane sums of one tap, (outputs, inputs, lanes) in the order of reduce_outer().
template <class T>
HWY_NOINLINE void pair_sums(const ConvPairs<T>& pairs, int outputs, int inputs, T* sum) {
  constexpr int lanes = kLanes<T>, kBlock = tile_ops::kGradBlock;
  int o = 0;
  for (; o + kBlock <= outputs; o += kBlock)
    pair_row<kBlock>(pairs, o, inputs, sum + o * inputs * lanes);
  sum += o * inputs * lanes;
  switch (outputs - o) {
    case 1:
      return pair_row<1>(pairs, o, inputs, sum);
    case 2:
      return pair_row<2>(pairs, o, inputs, sum);
    case 3:
      return pair_row<3>(pairs, o, inputs, sum);
    case 4:
      return pair_row<4>(pairs, o, inputs, sum);
    default:
      return;
  }
}

/// Lane sums of a convolution: of each tap those of its weights, then those of the bias.
template <class T>
std::size_t conv_sums_size(const PackedConvolution<T>& layer, const ConvStencil& stencil) {
  return static_cast<std::size_t>((stencil.taps * layer.inputs + 1) * layer.outputs) * kLanes<T>;
}

/// Adds the gradient of the weights from the cotangents g of a convolution's outputs.
template <class T>
void conv_weight_vjp(const PackedConvolution<T>& layer, const ConvStencil& stencil,
                     const std::array<StencilPart, 2>& parts, ConvField<T> g, ConvField<T> in,
                     T* sums) {
  constexpr int kGroup = ConvPairs<T>::kGroup;
  const std::size_t of_tap = static_cast<std::size_t>(layer.inputs * layer.outputs) * kLanes<T>;
  ConvPairs<T> pairs;
  for (const StencilPart& part : parts) {
    const auto& sites = *part.sites;
    if (part.count == 0) continue;
    for (std::size_t from = 0; from < sites.size(); from += kGroup) {
      pairs.count = static_cast<int>(std::min<std::size_t>(kGroup, sites.size() - from));
      for (int p = 0; p < pairs.count; ++p) pairs.g[p] = g.at(sites[from + p]);
      for (int tap = part.first; tap < part.first + part.count; ++tap) {
        for (int p = 0; p < pairs.count; ++p) {
          const auto site = static_cast<std::size_t>(sites[from + p]);
          pairs.in[p] = in.at(stencil.neighbour[site * stencil.taps + tap]);
        }
        pair_sums(pairs, layer.outputs, layer.inputs, sums + tap * of_tap);
      }
      if (!layer.has_bias) continue;
      for (int p = 0; p < pairs.count; ++p)
        tile_ops::bias_vjp(pairs.g[p], layer.outputs, sums + stencil.taps * of_tap);
    }
  }
}

template <class T>
void reduce_convolution(const PackedConvolution<T>& layer, const ConvStencil& stencil,
                        const T* sums, double* grad) {
  const Index of_orbit = static_cast<Index>(layer.inputs) * layer.outputs;
  for (int tap = 0; tap < stencil.taps; ++tap, sums += of_orbit * kLanes<T>)
    tile_ops::reduce_outer(sums, layer.outputs, layer.inputs,
                           grad + layer.grad_weight + stencil.orbit[tap] * of_orbit);
  if (layer.has_bias) tile_ops::reduce_lanes(sums, layer.outputs, grad + layer.grad_bias);
}

}  // namespace nmc::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif  // per-target include guard
