#include "core/simd/layers.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/simd/layers.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
// after foreach_target
#include "core/simd/dense-inl.h"
#include "hwy/aligned_allocator.h"

HWY_BEFORE_NAMESPACE();
namespace nmc::simd::HWY_NAMESPACE {

template <class T>
void weight_grad(const T* g, const T* in, DenseShape shape, double* grad_w, double* grad_b) {
  const std::size_t lanes = hn::MaxLanes(TileTag<T>());
  const std::size_t weights = static_cast<std::size_t>(shape.outputs) * shape.inputs * lanes;
  const std::size_t all = weights + shape.outputs * lanes;
  auto sums = hwy::AllocateAligned<T>(all);
  for (std::size_t k = 0; k < all; ++k) sums[k] = 0;
  dense_weight_vjp(g, shape.outputs, in, shape.inputs, sums.get());
  bias_vjp(g, shape.outputs, sums.get() + weights);
  reduce_outer(sums.get(), shape.outputs, shape.inputs, grad_w);
  reduce_lanes(sums.get() + weights, shape.outputs, grad_b);
}

#define NMC_LAYERS(T)                                                                     \
  void dense_##T(const T* w, const T* b, DenseShape shape, const T* in, T* out) {         \
    dense(w, b, in, shape.inputs, out, shape.outputs);                                    \
  }                                                                                       \
  void weight_grad_##T(const T* g, const T* in, DenseShape shape, double* w, double* b) { \
    weight_grad(g, in, shape, w, b);                                                      \
  }                                                                                       \
  void activate_##T(Activation kind, int features, T* h) {                                \
    activate(kind, h, features);                                                          \
  }                                                                                       \
  void activation_vjp_##T(Activation kind, int features, const T* h, T* g) {              \
    activation_vjp(kind, h, g, features);                                                 \
  }
NMC_LAYERS(float)
NMC_LAYERS(double)
#undef NMC_LAYERS

}  // namespace nmc::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nmc::simd {

// Once per step of a training for every layer: in place, full blocks without a test.
template <class T>
void pack_weights(const double* w, DenseShape shape, T* packed) {
  const int outputs = shape.outputs, inputs = shape.inputs;
  const int full = outputs / kOutputBlock * kOutputBlock;
  for (int o = 0; o < full; o += kOutputBlock)
    for (int i = 0; i < inputs; ++i, packed += kOutputBlock)
      for (int k = 0; k < kOutputBlock; ++k) packed[k] = static_cast<T>(w[(o + k) * inputs + i]);
  for (int i = 0; i < inputs; ++i)
    for (int o = full; o < outputs; ++o) *packed++ = static_cast<T>(w[o * inputs + i]);
}

template <class T>
void pack_transposed(const double* w, DenseShape shape, T* packed) {
  const int outputs = shape.outputs, inputs = shape.inputs;
  const int full = inputs / kOutputBlock * kOutputBlock;
  for (int i = 0; i < full; i += kOutputBlock)
    for (int o = 0; o < outputs; ++o, packed += kOutputBlock)
      for (int k = 0; k < kOutputBlock; ++k) packed[k] = static_cast<T>(w[o * inputs + i + k]);
  for (int o = 0; o < outputs; ++o)
    for (int i = full; i < inputs; ++i) *packed++ = static_cast<T>(w[o * inputs + i]);
}

template <class T>
std::vector<T> pack_weights(const double* w, int outputs, int inputs) {
  std::vector<T> packed(static_cast<std::size_t>(outputs) * inputs);
  pack_weights(w, {inputs, outputs}, packed.data());
  return packed;
}

template <class T>
std::vector<T> pack_transposed(const double* w, int outputs, int inputs) {
  std::vector<T> packed(static_cast<std::size_t>(outputs) * inputs);
  pack_transposed(w, {inputs, outputs}, packed.data());
  return packed;
}

template void pack_weights<float>(const double*, DenseShape, float*);
template void pack_weights<double>(const double*, DenseShape, double*);
template void pack_transposed<float>(const double*, DenseShape, float*);
template void pack_transposed<double>(const double*, DenseShape, double*);
template std::vector<float> pack_weights<float>(const double*, int, int);
template std::vector<double> pack_weights<double>(const double*, int, int);
template std::vector<float> pack_transposed<float>(const double*, int, int);
template std::vector<double> pack_transposed<double>(const double*, int, int);

#define NMC_LAYERS(T)                                                                             \
  HWY_EXPORT(dense_##T);                                                                          \
  void dense_forward(const T* packed, const T* bias, DenseShape s, const T* in, T* out) {         \
    HWY_DYNAMIC_DISPATCH(dense_##T)(packed, bias, s, in, out);                                    \
  }                                                                                               \
  HWY_EXPORT(weight_grad_##T);                                                                    \
  void dense_weight_grad(const T* g, const T* in, DenseShape s, double* grad_w, double* grad_b) { \
    HWY_DYNAMIC_DISPATCH(weight_grad_##T)(g, in, s, grad_w, grad_b);                              \
  }                                                                                               \
  HWY_EXPORT(activate_##T);                                                                       \
  void activate(Activation kind, int features, T* h) {                                            \
    HWY_DYNAMIC_DISPATCH(activate_##T)(kind, features, h);                                        \
  }                                                                                               \
  HWY_EXPORT(activation_vjp_##T);                                                                 \
  void activation_vjp(Activation kind, int features, const T* h, T* g) {                          \
    HWY_DYNAMIC_DISPATCH(activation_vjp_##T)(kind, features, h, g);                               \
  }
NMC_LAYERS(float)
NMC_LAYERS(double)
#undef NMC_LAYERS

}  // namespace nmc::simd
#endif
