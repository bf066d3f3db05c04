#include "models/wave/deep_wave.hpp"

#include <fmt/format.h>

#include <cmath>
#include <functional>
#include <numbers>
#include <numeric>
#include <utility>

#include "core/errors.hpp"
#include "core/random/streams.hpp"
#include "core/simd/functions.hpp"

namespace nmc {
namespace {

/// Connections of a layer, and layers.
constexpr Index kMostEdges = 10'000'000, kMostLayers = 64;

std::span<double> entries_of(Batch& x) {
  return {x.data(), static_cast<std::size_t>(x.size())};
}

Batch tanh_of(Batch x) {
  simd::tanh(entries_of(x), entries_of(x));
  return x;
}

Batch log_two_cosh(Batch x) {
  simd::log_cosh(entries_of(x), entries_of(x));
  return x + std::numbers::ln2;
}

Index torus_sites(const std::vector<Index>& torus) {
  return std::accumulate(torus.begin(), torus.end(), Index{1}, std::multiplies<>());
}

/// Site r + d of the torus, d the offset of this number, −k/2 … k/2 in every direction.
Index neighbour(const DeepWaveShape& shape, Index site, Index offset) {
  Index moved = 0, stride = 1;
  for (const Index extent : shape.torus) {
    const Index d = offset % shape.kernel - shape.kernel / 2;
    moved += stride * ((site / stride % extent + d + extent) % extent);
    stride *= extent;
    offset /= shape.kernel;
  }
  return moved;
}

Index offsets_of(const DeepWaveShape& shape) {
  Index offsets = 1;
  for (std::size_t d = 0; d < shape.torus.size(); ++d) offsets *= shape.kernel;
  return offsets;
}

void check_deep(const DeepWaveShape& shape) {
  require(shape.sites >= 1 && shape.depth >= 1 && shape.features >= 1,
          "a deep wave function has spins, layers and units");
  require(shape.depth <= kMostLayers,
          fmt::format("depth = {}: at most {} layers", shape.depth, kMostLayers));
  if (shape.kernel == 0) return;
  require(shape.kernel % 2 == 1,
          fmt::format("kernel = {}: the extent of a convolution is odd", shape.kernel));
  require(!shape.torus.empty() && torus_sites(shape.torus) == shape.sites,
          "convolutions go around a torus: the lattice is to be periodic in every direction");
  for (const Index extent : shape.torus)
    require(
        shape.kernel <= extent,
        fmt::format("kernel = {} is wider than the lattice of extent {}", shape.kernel, extent));
}

/// Ratios cost ψ anew: a spin changes all units of the second layer.
class DeepChains final : public WaveChains {
 public:
  DeepChains(const DeepWave& psi, Batch s)
      : psi_(psi), s_(std::move(s)), log_(psi_.log_psi(s_).log_abs) {}
  [[nodiscard]] Batch configurations() const override { return s_; }
  [[nodiscard]] Column spins(Index site) const override { return s_.col(site); }
  [[nodiscard]] Amplitudes ratios(std::span<const Index> flips) const override {
    Batch flipped = s_;
    for (const Index site : flips) flipped.col(site) = -flipped.col(site);
    return ratios_to(flipped);
  }
  [[nodiscard]] Amplitudes inversion_ratios() const override { return ratios_to(-s_); }
  void flip(std::span<const Index> flips, const Column& taken) override {
    for (const Index site : flips) s_.col(site) *= 1 - 2 * taken;
    log_ = psi_.log_psi(s_).log_abs;
  }
  void invert(const Column& taken) override {
    s_.colwise() *= Column(1 - 2 * taken);
    log_ = psi_.log_psi(s_).log_abs;
  }
  void scores(Batch& of_abs, Batch& of_phase) const override {
    of_abs = psi_.scores(s_);
    of_phase.resize(0, 0);
  }

 private:
  [[nodiscard]] Amplitudes ratios_to(const Batch& s) const {
    return {(psi_.log_psi(s).log_abs - log_).exp(), Column()};
  }
  const DeepWave& psi_;
  Batch s_;
  Column log_;
};

}  // namespace

DeepWave::DeepWave(DeepWaveShape shape) : shape_(std::move(shape)) {
  check_deep(shape_);
  for (Index l = 0; l < shape_.depth; ++l)
    if (shape_.kernel == 0)
      add_dense(l == 0 ? shape_.sites : shape_.features);
    else
      add_convolution(l == 0 ? 1 : shape_.features);
}

void DeepWave::add_dense(Index inputs) {
  require(shape_.features <= kMostEdges / inputs, "a layer has more than 10 million weights");
  DeepLayer layer;
  layer.outputs = shape_.features;
  auto next = std::ssize(theta_);
  for (Index out = 0; out < layer.outputs; ++out)
    for (Index in = 0; in < inputs; ++in) layer.edges.push_back({in, out, next++});
  for (Index out = 0; out < layer.outputs && !shape_.is_even; ++out) layer.biases.push_back(next++);
  theta_.resize(static_cast<std::size_t>(next));
  layers_.push_back(std::move(layer));
}

void DeepWave::add_convolution(Index channels_in) {
  const Index n = shape_.sites, offsets = offsets_of(shape_);
  require(shape_.features <= kMostEdges / (channels_in * offsets),
          "a layer has more than 10 million weights");
  const Index weights = shape_.features * channels_in * offsets;
  require(weights <= kMostEdges / n, "a layer has more than 10 million connections");
  DeepLayer layer;
  layer.outputs = shape_.features * n;
  const auto first = std::ssize(theta_);
  for (Index out = 0; out < shape_.features; ++out)
    for (Index site = 0; site < n; ++site) {
      for (Index in = 0; in < channels_in; ++in)
        for (Index offset = 0; offset < offsets; ++offset)
          layer.edges.push_back({in * n + neighbour(shape_, site, offset), out * n + site,
                                 first + (out * channels_in + in) * offsets + offset});
      if (!shape_.is_even) layer.biases.push_back(first + weights + out);
    }
  theta_.resize(static_cast<std::size_t>(first + weights + (shape_.is_even ? 0 : shape_.features)));
  layers_.push_back(std::move(layer));
}

std::unique_ptr<DeepWave> DeepWave::random(const DeepWaveShape& shape, double width,
                                           std::uint64_t seed) {
  auto wave = std::make_unique<DeepWave>(shape);
  Batch z(1, std::ssize(wave->theta_));
  fill_normal({.seed = seed, .purpose = Purpose::weights}, z);
  for (std::size_t l = 0; l < wave->layers_.size(); ++l) {
    const DeepLayer& layer = wave->layers_[l];
    const auto inputs =
        static_cast<double>(layer.edges.size()) / static_cast<double>(layer.outputs);
    const double size = l + 1 == wave->layers_.size() ? width : 1 / std::sqrt(inputs);
    for (const DeepLayer::Edge& edge : layer.edges)
      wave->theta_[static_cast<std::size_t>(edge.weight)] = size * z(0, edge.weight);
  }
  return wave;
}

Batch DeepWave::apply(const DeepLayer& layer, const Batch& h) const {
  Batch x = Batch::Zero(h.rows(), layer.outputs);
  for (std::size_t out = 0; out < layer.biases.size(); ++out)
    x.col(static_cast<Index>(out)) = theta_[static_cast<std::size_t>(layer.biases[out])];
  for (const DeepLayer::Edge& edge : layer.edges)
    x.col(edge.out) += theta_[static_cast<std::size_t>(edge.weight)] * h.col(edge.in);
  return x;
}

LogPsi DeepWave::log_psi(const Batch& s) const {
  require(s.cols() == sites(), "configurations of another number of spins");
  Batch x = s;
  for (std::size_t l = 0; l < layers_.size(); ++l)
    x = apply(layers_[l], l == 0 ? x : tanh_of(std::move(x)));
  return {sum_sites(log_two_cosh(std::move(x))), Column::Zero(s.rows())};
}

Batch DeepWave::scores(const Batch& s) const {
  std::vector<Batch> inputs{s};  // of every layer
  for (std::size_t l = 0; l + 1 < layers_.size(); ++l)
    inputs.push_back(tanh_of(apply(layers_[l], inputs.back())));
  Batch slope = tanh_of(apply(layers_.back(), inputs.back()));
  Batch scores = Batch::Zero(s.rows(), std::ssize(theta_));
  for (std::size_t l = layers_.size(); l-- > 0;) {
    const DeepLayer& layer = layers_[l];
    const Batch& h = inputs[l];
    for (std::size_t out = 0; out < layer.biases.size(); ++out)
      scores.col(layer.biases[out]) += slope.col(static_cast<Index>(out));
    Batch below = Batch::Zero(h.rows(), h.cols());
    for (const DeepLayer::Edge& edge : layer.edges) {
      scores.col(edge.weight) += slope.col(edge.out) * h.col(edge.in);
      below.col(edge.in) += theta_[static_cast<std::size_t>(edge.weight)] * slope.col(edge.out);
    }
    slope = below * (1 - h.square());
  }
  return scores;
}

std::unique_ptr<WaveChains> DeepWave::chains(const Batch& s) const {
  require(s.cols() == sites(), "configurations of another number of spins");
  return std::make_unique<DeepChains>(*this, s);
}

}  // namespace nmc
