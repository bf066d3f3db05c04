#pragma once

#include <vector>

#include "core/simd/tile.hpp"

/// The layer kernels of dense-inl.h one by one, behind run-time dispatch. Networks fuse them inside
/// one dispatched function; these entry points are for tests, benchmarks and single layers.
/// Tiles are (features, kTile) row-major, 64-byte aligned. T is float or double.
namespace nmc::simd {

struct DenseShape {
  int inputs;
  int outputs;
};
/// W (outputs, inputs) row-major → the packed order of dense_forward, into inputs · outputs
/// numbers.
template <class T>
void pack_weights(const double* w, DenseShape shape, T* packed);
template <class T>
std::vector<T> pack_weights(const double* w, int outputs, int inputs);
/// The packed order of Wᵀ: dense_forward with it is the input vector-Jacobian product.
template <class T>
void pack_transposed(const double* w, DenseShape shape, T* packed);
template <class T>
std::vector<T> pack_transposed(const double* w, int outputs, int inputs);

/// out = W in + bias; bias may be null.
void dense_forward(const float* packed, const float* bias, DenseShape, const float* in, float* out);
void dense_forward(const double* packed, const double* bias, DenseShape, const double* in,
                   double* out);
/// grad_w (outputs, inputs) += Σ_chains g inᵀ, grad_b (outputs) += Σ_chains g.
void dense_weight_grad(const float* g, const float* in, DenseShape, double* grad_w, double* grad_b);
void dense_weight_grad(const double* g, const double* in, DenseShape, double* grad_w,
                       double* grad_b);
void activate(Activation kind, int features, float* h);
void activate(Activation kind, int features, double* h);
/// g *= f'(·) with h = f(·).
void activation_vjp(Activation kind, int features, const float* h, float* g);
void activation_vjp(Activation kind, int features, const double* h, double* g);

}  // namespace nmc::simd
