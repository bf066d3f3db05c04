#pragma once

#include <cstdint>
#include <span>

#include "core/batch.hpp"
#include "core/simd/tile.hpp"

namespace nmc {

/// A weight matrix that meets consecutive rows of a layer's input tile: (outputs, rows), from
/// `weight` on in the layer's weights. Runs of several tokens may share one matrix.
struct CausalRun {
  Index row = 0;
  Index rows = 0;
  Index weight = 0;
};

/// One layer at one token, on tiles of kTile chains, row-major (rows, kTile).
template <class T>
struct TokenLayer {
  std::span<const CausalRun> runs;
  const T* packed;  ///< matrices in the order of pack_matrix
  const T* bias;    ///< (outputs)
  int outputs;
};

/// out = b + Σ_runs W in(rows of the run), (outputs, kTile).
void causal_forward(const TokenLayer<float>& layer, const float* in, float* out);
void causal_forward(const TokenLayer<double>& layer, const double* in, double* out);

/// grad_in(rows) += Wᵀ g, g (outputs, kTile).
void causal_backward(const TokenLayer<float>& layer, const float* g, float* grad_in);
void causal_backward(const TokenLayer<double>& layer, const double* g, double* grad_in);

/// grad_weights += Σ_chains g inᵀ at the places of the runs, row-major; grad_bias += Σ_chains g.
struct LayerGradient {
  double* weights;
  double* bias;
};
void causal_gradient(const TokenLayer<float>& layer, const float* g, const float* in,
                     const LayerGradient& grad);
void causal_gradient(const TokenLayer<double>& layer, const double* g, const double* in,
                     const LayerGradient& grad);

/// W (outputs, inputs) row-major into the order that the kernels read: blocks of kOutputBlock
/// outputs, each as (inputs, block).
template <class T>
void pack_matrix(const double* w, Index outputs, Index inputs, T* packed) {
  for (Index o = 0; o < outputs; o += simd::kOutputBlock)
    for (Index i = 0; i < inputs; ++i)
      for (Index k = o; k < o + simd::kOutputBlock && k < outputs; ++k)
        *packed++ = static_cast<T>(w[k * inputs + i]);
}

}  // namespace nmc
