#pragma once

#include <span>
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

/// Appends layers of these widths, from the inputs over the hidden layers to the outputs, whose
/// parameters begin at `offset`: W0 (outputs, inputs) row-major, b0, W1, …. Returns where they end.
Index lay_out_net(PackedNet<float>& net, const std::vector<int>& widths, Index offset);
Index lay_out_net(PackedNet<double>& net, const std::vector<int>& widths, Index offset);
/// Takes weights over from the parameters.
void pack_net(PackedNet<float>& net, std::span<const double> parameters);
void pack_net(PackedNet<double>& net, std::span<const double> parameters);
/// Scales parameters that are uniform in (−1, 1) to ± 1/√inputs; those of the last layer to a tenth
/// of that, so that the flow starts near the identity and its first gradients are tame.
void scale_start(const PackedNet<double>& net, std::span<double> parameters);

}  // namespace nmc
