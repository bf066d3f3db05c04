#include "models/autoregressive/causal_kernel.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "models/autoregressive/causal_kernel.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
// after foreach_target
#include "core/simd/dense-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nmc::causal_detail::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;
using simd::kOutputBlock;
using simd::kTile;
using simd::HWY_NAMESPACE::kPassVectors;
using simd::HWY_NAMESPACE::TileTag;

template <class T>
constexpr int kLanes = static_cast<int>(hn::MaxLanes(TileTag<T>()));

/// Vectors of one pass over the chains of a tile.
template <class T>
constexpr int kVectors = kTile / kLanes<T> < kPassVectors ? kTile / kLanes<T> : kPassVectors;

/// A matrix against consecutive rows of a tile.
template <class T>
struct Product {
  const T* w;   ///< (rows, O) of the block
  const T* in;  ///< first row, at the first chain of the pass
  Index rows;
};

/// sum[o] += Σ_rows w in of one pass over the chains.
template <int O, class T, class V>
HWY_INLINE void multiply(const Product<T>& product, V (&sum)[O][kVectors<T>]) {
  const TileTag<T> d;
  const T* HWY_RESTRICT w = product.w;
  const T* HWY_RESTRICT in = product.in;
  for (Index i = 0; i < product.rows; ++i, w += O, in += kTile) {
    V x[kVectors<T>];
#pragma GCC unroll 8
    for (int v = 0; v < kVectors<T>; ++v) x[v] = hn::Load(d, in + v * kLanes<T>);
#pragma GCC unroll 8
    for (int o = 0; o < O; ++o) {
      const V weight = hn::Set(d, w[o]);
#pragma GCC unroll 8
      for (int v = 0; v < kVectors<T>; ++v) sum[o][v] = hn::MulAdd(weight, x[v], sum[o][v]);
    }
  }
}

/// Outputs first … first + O − 1 of a layer.
template <int O, class T>
HWY_INLINE void forward_block(const TokenLayer<T>& layer, Index first, const T* in, T* out) {
  const TileTag<T> d;
  for (int c = 0; c < kTile; c += kVectors<T> * kLanes<T>) {
    hn::Vec<TileTag<T>> sum[O][kVectors<T>];
#pragma GCC unroll 8
    for (int o = 0; o < O; ++o)
#pragma GCC unroll 8
      for (int v = 0; v < kVectors<T>; ++v) sum[o][v] = hn::Set(d, layer.bias[first + o]);
    for (const CausalRun& run : layer.runs)
      multiply<O, T>(
          {layer.packed + run.weight + first * run.rows, in + run.row * kTile + c, run.rows}, sum);
#pragma GCC unroll 8
    for (int o = 0; o < O; ++o)
#pragma GCC unroll 8
      for (int v = 0; v < kVectors<T>; ++v)
        hn::Store(sum[o][v], d, out + (first + o) * kTile + c + v * kLanes<T>);
  }
}

/// Calls work.operator()<O>(first) for blocks of kOutputBlock and the rest.
template <class Work>
HWY_INLINE void in_blocks(Index count, const Work& work) {
  Index first = 0;
  for (; first + kOutputBlock <= count; first += kOutputBlock)
    work.template operator()<kOutputBlock>(first);
  switch (count - first) {
    case 1:
      return work.template operator()<1>(first);
    case 2:
      return work.template operator()<2>(first);
    case 3:
      return work.template operator()<3>(first);
    case 4:
      return work.template operator()<4>(first);
    default:
      return;
  }
}

/// A packed matrix (outputs, inputs), and the cotangents of its outputs at the first chain of a
/// pass.
template <class T>
struct Transposed {
  const T* w;
  const T* g;
  Index outputs, inputs;
};

/// sum[i] += Σ_o w(o, first + i) g(o), outputs in their order: B of them from `block` on.
template <int B, int O, class T, class V>
HWY_INLINE void multiply_transposed(const Transposed<T>& product, Index block, Index first,
                                    V (&sum)[O][kVectors<T>]) {
  const TileTag<T> d;
  const T* HWY_RESTRICT w = product.w + block * product.inputs + first * B;
  const T* HWY_RESTRICT g = product.g + block * kTile;
#pragma GCC unroll 8
  for (int k = 0; k < B; ++k, g += kTile) {
    V x[kVectors<T>];
#pragma GCC unroll 8
    for (int v = 0; v < kVectors<T>; ++v) x[v] = hn::Load(d, g + v * kLanes<T>);
#pragma GCC unroll 8
    for (int i = 0; i < O; ++i) {
      const V weight = hn::Set(d, w[i * B + k]);
#pragma GCC unroll 8
      for (int v = 0; v < kVectors<T>; ++v) sum[i][v] = hn::MulAdd(weight, x[v], sum[i][v]);
    }
  }
}

/// The same from all outputs.
template <int O, class T, class V>
HWY_INLINE void multiply_transposed(const Transposed<T>& product, Index first,
                                    V (&sum)[O][kVectors<T>]) {
  Index block = 0;
  for (; block + kOutputBlock <= product.outputs; block += kOutputBlock)
    multiply_transposed<kOutputBlock>(product, block, first, sum);
  switch (product.outputs - block) {
    case 1:
      return multiply_transposed<1>(product, block, first, sum);
    case 2:
      return multiply_transposed<2>(product, block, first, sum);
    case 3:
      return multiply_transposed<3>(product, block, first, sum);
    case 4:
      return multiply_transposed<4>(product, block, first, sum);
    default:
      return;
  }
}

/// Input rows first … first + O − 1 of one run, whose cotangents grad_in begins with. The matrix is
/// read as it was packed for the way forward, so that a network needs no second copy.
template <int O, class T>
HWY_INLINE void backward_block(Transposed<T> product, Index first, T* grad_in) {
  const TileTag<T> d;
  grad_in += first * kTile;
  constexpr int kPass = kVectors<T> * kLanes<T>;
  for (int c = 0; c < kTile; c += kPass, product.g += kPass) {
    hn::Vec<TileTag<T>> sum[O][kVectors<T>];
#pragma GCC unroll 8
    for (int o = 0; o < O; ++o)
#pragma GCC unroll 8
      for (int v = 0; v < kVectors<T>; ++v)
        sum[o][v] = hn::Load(d, grad_in + o * kTile + c + v * kLanes<T>);
    multiply_transposed(product, first, sum);
#pragma GCC unroll 8
    for (int o = 0; o < O; ++o)
#pragma GCC unroll 8
      for (int v = 0; v < kVectors<T>; ++v)
        hn::Store(sum[o][v], d, grad_in + o * kTile + c + v * kLanes<T>);
  }
}

template <class T>
HWY_NOINLINE void forward(const TokenLayer<T>& layer, const T* in, T* out) {
  in_blocks(layer.outputs, [&]<int O>(Index first) { forward_block<O>(layer, first, in, out); });
}

template <class T>
HWY_NOINLINE void backward(const TokenLayer<T>& layer, const T* g, T* grad_in) {
  for (const CausalRun& run : layer.runs)
    in_blocks(run.rows, [&]<int O>(Index first) {
      backward_block<O>(Transposed<T>{layer.packed + run.weight, g, layer.outputs, run.rows}, first,
                        grad_in + run.row * kTile);
    });
}

/// grad(o, i) += Σ_chains g(o) in(i), O × I of them; the rows of grad are `stride` apart.
template <int O, int I, class T>
HWY_INLINE void outer_block(const T* HWY_RESTRICT g, const T* HWY_RESTRICT in, double* grad,
                            Index stride) {
  const TileTag<T> d;
  using V = hn::Vec<decltype(d)>;
  V sum[O][I];
#pragma GCC unroll 8
  for (int o = 0; o < O; ++o)
#pragma GCC unroll 8
    for (int i = 0; i < I; ++i) sum[o][i] = hn::Zero(d);
  for (int c = 0; c < kTile; c += kLanes<T>) {
    V x[I];
#pragma GCC unroll 8
    for (int i = 0; i < I; ++i) x[i] = hn::Load(d, in + i * kTile + c);
#pragma GCC unroll 8
    for (int o = 0; o < O; ++o) {
      const V go = hn::Load(d, g + o * kTile + c);
#pragma GCC unroll 8
      for (int i = 0; i < I; ++i) sum[o][i] = hn::MulAdd(go, x[i], sum[o][i]);
    }
  }
#pragma GCC unroll 8
  for (int o = 0; o < O; ++o)
#pragma GCC unroll 8
    for (int i = 0; i < I; ++i)
      grad[o * stride + i] += static_cast<double>(hn::GetLane(hn::SumOfLanes(d, sum[o][i])));
}

template <int O, class T>
HWY_INLINE void outer_rows(const T* g, const T* in, Index rows, double* grad) {
  constexpr int kInputs = 4;
  Index i = 0;
  for (; i + kInputs <= rows; i += kInputs)
    outer_block<O, kInputs>(g, in + i * kTile, grad + i, rows);
  for (; i < rows; ++i) outer_block<O, 1>(g, in + i * kTile, grad + i, rows);
}

template <class T>
HWY_NOINLINE void gradient(const TokenLayer<T>& layer, const T* g, const T* in,
                           const LayerGradient& grad) {
  const TileTag<T> d;
  for (int o = 0; o < layer.outputs; ++o) {
    auto sum = hn::Zero(d);
    for (int c = 0; c < kTile; c += kLanes<T>) sum = hn::Add(sum, hn::Load(d, g + o * kTile + c));
    grad.bias[o] += static_cast<double>(hn::GetLane(hn::SumOfLanes(d, sum)));
  }
  for (const CausalRun& run : layer.runs)
    in_blocks(layer.outputs, [&]<int O>(Index first) {
      outer_rows<O>(g + first * kTile, in + run.row * kTile, run.rows,
                    grad.weights + run.weight + first * run.rows);
    });
}

#define NMC_CAUSAL(T)                                                     \
  void forward_##T(const TokenLayer<T>& layer, const T* in, T* out) {     \
    forward(layer, in, out);                                              \
  }                                                                       \
  void backward_##T(const TokenLayer<T>& layer, const T* g, T* grad_in) { \
    backward(layer, g, grad_in);                                          \
  }                                                                       \
  void gradient_##T(const TokenLayer<T>& layer, const T* g, const T* in,  \
                    const LayerGradient& grad) {                          \
    gradient(layer, g, in, grad);                                         \
  }
NMC_CAUSAL(float)
NMC_CAUSAL(double)
#undef NMC_CAUSAL

}  // namespace nmc::causal_detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nmc {
namespace causal_detail {

#define NMC_CAUSAL(T)                                                     \
  HWY_EXPORT(forward_##T);                                                \
  HWY_EXPORT(backward_##T);                                               \
  HWY_EXPORT(gradient_##T);                                               \
  void forward_any(const TokenLayer<T>& layer, const T* in, T* out) {     \
    HWY_DYNAMIC_DISPATCH(forward_##T)(layer, in, out);                    \
  }                                                                       \
  void backward_any(const TokenLayer<T>& layer, const T* g, T* grad_in) { \
    HWY_DYNAMIC_DISPATCH(backward_##T)(layer, g, grad_in);                \
  }                                                                       \
  void gradient_any(const TokenLayer<T>& layer, const T* g, const T* in,  \
                    const LayerGradient& grad) {                          \
    HWY_DYNAMIC_DISPATCH(gradient_##T)(layer, g, in, grad);               \
  }
NMC_CAUSAL(float)
NMC_CAUSAL(double)
#undef NMC_CAUSAL

}  // namespace causal_detail

#define NMC_CAUSAL(T)                                                        \
  void causal_forward(const TokenLayer<T>& layer, const T* in, T* out) {     \
    causal_detail::forward_any(layer, in, out);                              \
  }                                                                          \
  void causal_backward(const TokenLayer<T>& layer, const T* g, T* grad_in) { \
    causal_detail::backward_any(layer, g, grad_in);                          \
  }                                                                          \
  void causal_gradient(const TokenLayer<T>& layer, const T* g, const T* in,  \
                       const LayerGradient& grad) {                          \
    causal_detail::gradient_any(layer, g, in, grad);                         \
  }
NMC_CAUSAL(float)
NMC_CAUSAL(double)
#undef NMC_CAUSAL

}  // namespace nmc
#endif
