// Dense layers and activations on tiles of 64 chains, per SIMD target. Chains sit in the lanes,
// weights are broadcast; each block of outputs keeps its accumulators in registers.
#if defined(NMC_CORE_SIMD_DENSE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NMC_CORE_SIMD_DENSE_INL_H_
#undef NMC_CORE_SIMD_DENSE_INL_H_
#else
#define NMC_CORE_SIMD_DENSE_INL_H_
#endif

#include "core/simd/math-inl.h"
#include "core/simd/tile.hpp"

HWY_BEFORE_NAMESPACE();
namespace nmc::simd::HWY_NAMESPACE {

template <class T>
using TileTag = hn::CappedTag<T, kTile>;

// Vectors per pass and block of the weight gradient, chosen so that accumulators fill the register
// file (32 registers from AVX-512 on, 16 before) without spilling.
#if HWY_TARGET <= HWY_AVX3
inline constexpr int kPassVectors = 4;
inline constexpr int kGradBlock = 5;
#else
inline constexpr int kPassVectors = 2;
inline constexpr int kGradBlock = 3;
#endif

/// out[o] = bias[o] + Σ_i w[i][o] in[i] for O outputs; w is (inputs, O), bias may be null.
template <int O, class T>
HWY_INLINE void dense_block(const T* HWY_RESTRICT w, const T* bias, const T* HWY_RESTRICT in,
                            int inputs, T* HWY_RESTRICT out) {
  const TileTag<T> d;
  using V = hn::Vec<decltype(d)>;
  constexpr int lanes = static_cast<int>(hn::MaxLanes(TileTag<T>()));
  constexpr int vectors = kTile / lanes < kPassVectors ? kTile / lanes : kPassVectors;
  for (int c = 0; c < kTile; c += vectors * lanes) {
    V sum[O][vectors];
#pragma GCC unroll 8
    for (int o = 0; o < O; ++o)
#pragma GCC unroll 8
      for (int v = 0; v < vectors; ++v) sum[o][v] = bias ? hn::Set(d, bias[o]) : hn::Zero(d);
    for (int i = 0; i < inputs; ++i) {
      V x[vectors];
#pragma GCC unroll 8
      for (int v = 0; v < vectors; ++v) x[v] = hn::Load(d, in + i * kTile + c + v * lanes);
#pragma GCC unroll 8
      for (int o = 0; o < O; ++o) {
        const V weight = hn::Set(d, w[i * O + o]);
#pragma GCC unroll 8
        for (int v = 0; v < vectors; ++v) sum[o][v] = hn::MulAdd(weight, x[v], sum[o][v]);
      }
    }
#pragma GCC unroll 8
    for (int o = 0; o < O; ++o)
#pragma GCC unroll 8
      for (int v = 0; v < vectors; ++v) hn::Store(sum[o][v], d, out + o * kTile + c + v * lanes);
  }
}

/// out = W in + bias on a tile. packed: for each block of kOutputBlock outputs (the last one may be
/// smaller) its weights as (inputs, block). in (inputs, kTile), out (outputs, kTile).
template <class T>
HWY_NOINLINE void dense(const T* packed, const T* bias, const T* in, int inputs, T* out,
                        int outputs) {
  int o = 0;
  for (; o + kOutputBlock <= outputs; o += kOutputBlock) {
    dense_block<kOutputBlock>(packed + o * inputs, bias ? bias + o : nullptr, in, inputs,
                              out + o * kTile);
  }
  const T* w = packed + o * inputs;
  const T* b = bias ? bias + o : nullptr;
  switch (outputs - o) {
    case 1:
      return dense_block<1>(w, b, in, inputs, out + o * kTile);
    case 2:
      return dense_block<2>(w, b, in, inputs, out + o * kTile);
    case 3:
      return dense_block<3>(w, b, in, inputs, out + o * kTile);
    case 4:
      return dense_block<4>(w, b, in, inputs, out + o * kTile);
    default:
      return;
  }
}

/// sum[o][i] += g[o] · in[i] lane by lane, O × I vectors of accumulators in memory.
template <int O, int I, class T>
HWY_INLINE void outer_block(const T* HWY_RESTRICT g, const T* HWY_RESTRICT in,
                            T* HWY_RESTRICT sum) {
  const TileTag<T> d;
  using V = hn::Vec<decltype(d)>;
  constexpr int lanes = static_cast<int>(hn::MaxLanes(TileTag<T>()));
  V acc[O][I];
#pragma GCC unroll 8
  for (int o = 0; o < O; ++o)
#pragma GCC unroll 8
    for (int i = 0; i < I; ++i) acc[o][i] = hn::Load(d, sum + (o * I + i) * lanes);
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
#pragma GCC unroll 8
  for (int o = 0; o < O; ++o)
#pragma GCC unroll 8
    for (int i = 0; i < I; ++i) hn::Store(acc[o][i], d, sum + (o * I + i) * lanes);
}

template <int O, class T>
HWY_NOINLINE void outer_row(const T* g, const T* in, int inputs, T* sum) {
  constexpr int lanes = static_cast<int>(hn::MaxLanes(TileTag<T>()));
  int i = 0;
  for (; i + kGradBlock <= inputs; i += kGradBlock)
    outer_block<O, kGradBlock>(g, in + i * kTile, sum + O * i * lanes);
  in += i * kTile;
  sum += O * i * lanes;
  switch (inputs - i) {
    case 1:
      return outer_block<O, 1>(g, in, sum);
    case 2:
      return outer_block<O, 2>(g, in, sum);
    case 3:
      return outer_block<O, 3>(g, in, sum);
    case 4:
      return outer_block<O, 4>(g, in, sum);
    default:
      return;
  }
}

/// Weight gradient on a tile, kept as one vector of lane sums per weight: `sum` has
/// outputs · inputs · lanes numbers in block order; reduce_outer() reads them in the same order.
template <class T>
HWY_NOINLINE void dense_weight_vjp(const T* g, int outputs, const T* in, int inputs, T* sum) {
  constexpr int lanes = static_cast<int>(hn::MaxLanes(TileTag<T>()));
  int o = 0;
  for (; o + kGradBlock <= outputs; o += kGradBlock)
    outer_row<kGradBlock>(g + o * kTile, in, inputs, sum + o * inputs * lanes);
  g += o * kTile;
  sum += o * inputs * lanes;
  switch (outputs - o) {
    case 1:
      return outer_row<1>(g, in, inputs, sum);
    case 2:
      return outer_row<2>(g, in, inputs, sum);
    case 3:
      return outer_row<3>(g, in, inputs, sum);
    case 4:
      return outer_row<4>(g, in, inputs, sum);
    default:
      return;
  }
}

/// grad[o * inputs + i] += the lane sums of dense_weight_vjp().
template <class T>
HWY_NOINLINE void reduce_outer(const T* sum, int outputs, int inputs, double* grad) {
  const TileTag<T> d;
  constexpr int lanes = static_cast<int>(hn::MaxLanes(TileTag<T>()));
  for (int o0 = 0; o0 < outputs; o0 += kGradBlock) {
    const int rows = outputs - o0 < kGradBlock ? outputs - o0 : kGradBlock;
    for (int i0 = 0; i0 < inputs; i0 += kGradBlock) {
      const int columns = inputs - i0 < kGradBlock ? inputs - i0 : kGradBlock;
      for (int o = 0; o < rows; ++o)
        for (int i = 0; i < columns; ++i, sum += lanes)
          grad[(o0 + o) * inputs + i0 + i] += hn::GetLane(hn::SumOfLanes(d, hn::Load(d, sum)));
    }
  }
}

/// sum[o] += g[o] lane by lane: gradient of a bias, (outputs, lanes).
template <class T>
HWY_INLINE void bias_vjp(const T* g, int outputs, T* sum) {
  const TileTag<T> d;
  constexpr int lanes = static_cast<int>(hn::MaxLanes(TileTag<T>()));
  for (int o = 0; o < outputs; ++o) {
    auto acc = hn::Load(d, sum + o * lanes);
    for (int c = 0; c < kTile; c += lanes) acc = hn::Add(acc, hn::Load(d, g + o * kTile + c));
    hn::Store(acc, d, sum + o * lanes);
  }
}

/// grad[o] += lane sums of bias_vjp().
template <class T>
HWY_INLINE void reduce_lanes(const T* sum, int outputs, double* grad) {
  const TileTag<T> d;
  constexpr int lanes = static_cast<int>(hn::MaxLanes(TileTag<T>()));
  for (int o = 0; o < outputs; ++o)
    grad[o] += hn::GetLane(hn::SumOfLanes(d, hn::Load(d, sum + o * lanes)));
}

/// h = f(h) in place over `features` rows of a tile.
template <class T>
HWY_NOINLINE void activate(Activation kind, T* h, int features) {
  const TileTag<T> d;
  const int n = features * kTile;
  const int lanes = static_cast<int>(hn::Lanes(d));
  switch (kind) {
    case Activation::elu:
      for (int k = 0; k < n; k += lanes) hn::Store(vec_elu(d, hn::Load(d, h + k)), d, h + k);
      return;
    case Activation::tanh:
      for (int k = 0; k < n; k += lanes) hn::Store(vec_tanh(d, hn::Load(d, h + k)), d, h + k);
      return;
    case Activation::softplus:
      for (int k = 0; k < n; k += lanes) hn::Store(vec_softplus(d, hn::Load(d, h + k)), d, h + k);
      return;
  }
}

/// g *= f'(·), the derivative written by the activation's own value h:
/// elu min(h, 0) + 1, tanh 1 - h², softplus 1 - e^-h.
template <class T>
HWY_NOINLINE void activation_vjp(Activation kind, const T* HWY_RESTRICT h, T* HWY_RESTRICT g,
                                 int features) {
  const TileTag<T> d;
  const int n = features * kTile;
  const int lanes = static_cast<int>(hn::Lanes(d));
  const auto one = hn::Set(d, 1);
  const auto each = [&](auto slope) HWY_ATTR {
    for (int k = 0; k < n; k += lanes)
      hn::Store(hn::Mul(hn::Load(d, g + k), slope(hn::Load(d, h + k))), d, g + k);
  };
  switch (kind) {
    case Activation::elu:
      return each([&](auto v) HWY_ATTR { return hn::Add(hn::Min(v, hn::Zero(d)), one); });
    case Activation::tanh:
      return each([&](auto v) HWY_ATTR { return hn::NegMulAdd(v, v, one); });
    case Activation::softplus:
      return each([&](auto v) HWY_ATTR { return hn::Sub(one, hn::Exp(d, hn::Neg(v))); });
  }
}

}  // namespace nmc::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif  // per-target include guard
