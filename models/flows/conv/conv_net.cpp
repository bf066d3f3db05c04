#include "models/flows/conv/conv_net.hpp"

#include <fmt/format.h>

#include <cmath>

#include "core/errors.hpp"
#include "core/random/streams.hpp"
#include "core/simd/layers.hpp"

namespace nmc {
namespace {

struct ConvShape {
  int inputs, outputs;
  bool has_bias;
};

template <class T>
PackedConvolution<T> lay_out_convolution(const ConvShape& shape, int orbits, Index& offset) {
  PackedConvolution<T> layer;
  layer.inputs = shape.inputs;
  layer.outputs = shape.outputs;
  layer.has_bias = shape.has_bias;
  layer.grad_weight = offset;
  layer.grad_bias = offset + static_cast<Index>(orbits) * shape.inputs * shape.outputs;
  offset = layer.grad_bias + (shape.has_bias ? shape.outputs : 0);
  return layer;
}

template <class T>
Index lay_out_conv(PackedConvNet<T>& net, const ConvNetSpec& spec, int orbits) {
  net.map = spec.map;
  net.is_odd = spec.is_odd;
  net.activation = spec.activation;
  Index offset = 0;
  int inputs = spec.inputs;
  for (const int outputs : spec.channels) {
    net.hidden.push_back(lay_out_convolution<T>({inputs, outputs, !spec.is_odd}, orbits, offset));
    inputs = outputs;
  }
  net.heads[0] = lay_out_convolution<T>({inputs, spec.outputs, !spec.is_odd}, orbits, offset);
  if (spec.map != ConvMap::affine) return offset;
  net.heads[1] = lay_out_convolution<T>({inputs, spec.outputs, true}, orbits, offset);
  net.grad_scale = offset;
  return offset + 1;
}

/// (outputs, taps · inputs) and its transpose for the opposite taps, (inputs, taps · outputs).
template <class T>
void pack_convolution(PackedConvolution<T>& layer, const ConvStencil& stencil,
                      std::span<const double> parameters) {
  const int taps = stencil.taps;
  const double* w = parameters.data() + layer.grad_weight;
  std::vector<double> rows(static_cast<std::size_t>(layer.outputs * taps * layer.inputs));
  std::vector<double> back(rows.size());
  for (int tap = 0; tap < taps; ++tap) {
    const int opposite = stencil.opposite[static_cast<std::size_t>(tap)];
    const double* of_tap = w + static_cast<Index>(stencil.orbit[static_cast<std::size_t>(tap)]) *
                                   layer.outputs * layer.inputs;
    for (int o = 0; o < layer.outputs; ++o)
      for (int i = 0; i < layer.inputs; ++i) {
        const double weight = of_tap[o * layer.inputs + i];
        rows[static_cast<std::size_t>((o * taps + tap) * layer.inputs + i)] = weight;
        back[static_cast<std::size_t>((i * taps + opposite) * layer.outputs + o)] = weight;
      }
  }
  layer.weight = simd::pack_weights<T>(rows.data(), layer.outputs, taps * layer.inputs);
  layer.transposed = simd::pack_weights<T>(back.data(), layer.inputs, taps * layer.outputs);
  if (layer.has_bias)
    layer.bias.assign(parameters.begin() + layer.grad_bias,
                      parameters.begin() + layer.grad_bias + layer.outputs);
}

template <class T>
void pack_conv(PackedConvNet<T>& net, const ConvStencil& stencil,
               std::span<const double> parameters) {
  for (auto& layer : net.hidden) pack_convolution(layer, stencil, parameters);
  for (auto& head : net.heads)
    if (head.outputs > 0) pack_convolution(head, stencil, parameters);
  if (net.map == ConvMap::affine)
    net.scale = static_cast<T>(parameters[static_cast<std::size_t>(net.grad_scale)]);
}

/// Uniform numbers in (−1, 1) to ± factor/√(inputs · taps), so that units stay of order 1.
void scale_convolution(const PackedConvolution<double>& layer, const ConvStencil& stencil,
                       double factor, std::span<double> parameters) {
  const double bound = factor / std::sqrt(static_cast<double>(stencil.taps * layer.inputs));
  const Index weights = static_cast<Index>(stencil.orbits) * layer.inputs * layer.outputs;
  const Index count = weights + (layer.has_bias ? layer.outputs : 0);
  for (double& p : parameters.subspan(static_cast<std::size_t>(layer.grad_weight),
                                      static_cast<std::size_t>(count)))
    p *= bound;
}

}  // namespace

void check_net(const ConvNetSpec& spec) {
  require(!spec.channels.empty(), "a convolutional net needs at least one hidden layer");
  for (const int count : spec.channels)
    require(count > 0, fmt::format("channels = {}: a hidden layer has at least 1", count));
  require(!spec.is_odd || spec.activation == simd::Activation::tanh,
          "a map that commutes with x -> -x needs hidden units that are odd: activation = tanh");
}

void start_net(const PackedConvNet<double>& net, const ConvStencil& stencil, std::uint64_t seed,
               std::span<double> parameters) {
  Batch u(1, std::ssize(parameters));
  fill_uniform({seed, 0, 0, Purpose::weights}, u);
  for (std::size_t k = 0; k < parameters.size(); ++k)
    parameters[k] = 2 * u(0, static_cast<Index>(k)) - 1;
  constexpr double kNearZero = 0.1;
  for (const auto& layer : net.hidden) scale_convolution(layer, stencil, 1, parameters);
  for (const auto& head : net.heads) scale_convolution(head, stencil, kNearZero, parameters);
  if (net.map == ConvMap::affine) parameters[static_cast<std::size_t>(net.grad_scale)] = 1;
}

Index lay_out_net(PackedConvNet<float>& net, const ConvNetSpec& spec, int orbits) {
  return lay_out_conv(net, spec, orbits);
}

Index lay_out_net(PackedConvNet<double>& net, const ConvNetSpec& spec, int orbits) {
  return lay_out_conv(net, spec, orbits);
}

void pack_net(PackedConvNet<float>& net, const ConvStencil& stencil,
              std::span<const double> parameters) {
  pack_conv(net, stencil, parameters);
}

void pack_net(PackedConvNet<double>& net, const ConvStencil& stencil,
              std::span<const double> parameters) {
  pack_conv(net, stencil, parameters);
}

}  // namespace nmc
