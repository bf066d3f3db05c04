#pragma once

#include <vector>

#include "core/batch.hpp"

namespace nmc {

/// One dense layer of a coupling network in the precision of the kernels.
template <class T>
struct PackedLayer {
  int inputs = 0;
  int outputs = 0;
  std::vector<T> weight;      ///< order of simd::pack_weights
  std::vector<T> transposed;  ///< order of simd::pack_transposed
  std::vector<T> bias;
  Index grad_weight = 0;  ///< where its weights (outputs, inputs) lie in the layer's parameters
  Index grad_bias = 0;
};

template <class T>
using PackedNet = std::vector<PackedLayer<T>>;

}  // namespace nmc
