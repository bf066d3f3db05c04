#include "models/flows/nets/packed_net.hpp"

#include <cmath>
#include <utility>

#include "core/simd/layers.hpp"

namespace nmc {
namespace {

template <class T>
Index lay_out_layers(PackedNet<T>& net, const std::vector<int>& widths, Index offset) {
  for (std::size_t k = 0; k + 1 < widths.size(); ++k) {
    PackedLayer<T> layer;
    layer.inputs = widths[k];
    layer.outputs = widths[k + 1];
    layer.grad_weight = offset;
    layer.grad_bias = offset + static_cast<Index>(layer.inputs) * layer.outputs;
    offset = layer.grad_bias + layer.outputs;
    net.push_back(std::move(layer));
  }
  return offset;
}

template <class T>
void pack_layers(PackedNet<T>& net, std::span<const double> parameters) {
  for (auto& layer : net) {
    const double* w = parameters.data() + layer.grad_weight;
    const simd::DenseShape shape{layer.inputs, layer.outputs};
    const std::size_t weights = static_cast<std::size_t>(layer.inputs) * layer.outputs;
    layer.weight.resize(weights);
    layer.transposed.resize(weights);
    simd::pack_weights(w, shape, layer.weight.data());
    simd::pack_transposed(w, shape, layer.transposed.data());
    layer.bias.assign(parameters.begin() + layer.grad_bias,
                      parameters.begin() + layer.grad_bias + layer.outputs);
  }
}

}  // namespace

Index lay_out_net(PackedNet<float>& net, const std::vector<int>& widths, Index offset) {
  return lay_out_layers(net, widths, offset);
}

Index lay_out_net(PackedNet<double>& net, const std::vector<int>& widths, Index offset) {
  return lay_out_layers(net, widths, offset);
}

void pack_net(PackedNet<float>& net, std::span<const double> parameters) {
  pack_layers(net, parameters);
}

void pack_net(PackedNet<double>& net, std::span<const double> parameters) {
  pack_layers(net, parameters);
}

void scale_start(const PackedNet<double>& net, std::span<double> parameters) {
  for (const auto& layer : net) {
    const double last = &layer == &net.back() ? 0.1 : 1.0;
    const double bound = last / std::sqrt(static_cast<double>(layer.inputs));
    for (Index k = layer.grad_weight; k < layer.grad_bias + layer.outputs; ++k)
      parameters[static_cast<std::size_t>(k)] *= bound;
  }
}

}  // namespace nmc
