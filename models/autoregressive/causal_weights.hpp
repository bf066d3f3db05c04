#pragma once

#include <set>
#include <vector>

#include "models/autoregressive/causal_spec.hpp"

namespace nmc {

/// The weights of one layer in the order and precision of the kernels.
template <class T>
struct CausalWeights {
  Index parameters = 0;  ///< place of the layer's first weight among all parameters
  std::vector<T> packed{}, bias{};

  /// From all parameters of the network.
  void load(const CausalLayer& layer, std::span<const double> all) {
    const double* w = all.data() + parameters;
    packed.resize(static_cast<std::size_t>(layer.weights));
    std::set<Index> seen;  // tokens share matrices
    for (const CausalRun& run : layer.runs) {
      if (!seen.insert(run.weight).second) continue;
      pack_matrix(w + run.weight, layer.units, run.rows, packed.data() + run.weight);
    }
    bias.assign(w + layer.weights, w + layer.weights + layer.biases);
  }
  [[nodiscard]] TokenLayer<T> at(const CausalLayer& layer, Index token) const {
    return {layer.runs_of(token), packed.data(),
            bias.data() + layer.bias[static_cast<std::size_t>(token)],
            static_cast<int>(layer.units)};
  }
  /// Where the gradient of the layer's weights at this token goes.
  [[nodiscard]] LayerGradient gradient(const CausalLayer& layer, Index token,
                                       std::span<double> grad) const {
    double* weights = grad.data() + parameters;
    return {weights, weights + layer.weights + layer.bias[static_cast<std::size_t>(token)]};
  }
};

}  // namespace nmc
