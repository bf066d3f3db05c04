#include "models/autoregressive/recurrent_spec.hpp"

#include <fmt/format.h>

#include <cmath>
#include <stdexcept>

#include "core/errors.hpp"
#include "core/random/streams.hpp"
#include "models/autoregressive/beta_input.hpp"
#include "models/autoregressive/site_order.hpp"

namespace nmc {
namespace {

RecurrentSpec frame_of(const std::vector<Index>& order, const RecurrentShape& shape) {
  RecurrentSpec spec;
  spec.sites = std::ssize(order);
  spec.order = order;
  spec.cell = shape.cell;
  spec.width = shape.width;
  spec.is_shared = shape.is_shared;
  return spec;
}

/// Gives every token its matrices and biases, of its own or those of all.
class LayerBuilder {
 public:
  LayerBuilder(const RecurrentSpec& spec, Index units) : spec_(spec) {
    layer_.units = units;
    layer_.first.push_back(0);
    if (units > 0) layer_.biases = (spec.is_shared ? 1 : spec.tokens()) * units;
  }
  /// `key` names the matrix among those of a token.
  void add_run(Index key, Index row, Index rows) {
    const auto k = static_cast<std::size_t>(key);
    if (k >= shared_.size()) shared_.resize(k + 1, -1);
    if (!spec_.is_shared || shared_[k] < 0) {
      shared_[k] = layer_.weights;
      layer_.weights += rows * layer_.units;
    }
    layer_.runs.push_back({row, rows, shared_[k]});
  }
  void close_token() {
    const Index token = std::ssize(layer_.bias);
    layer_.bias.push_back(spec_.is_shared ? 0 : token * layer_.units);
    layer_.first.push_back(std::ssize(layer_.runs));
  }
  [[nodiscard]] CausalLayer take() { return std::move(layer_); }

 private:
  const RecurrentSpec& spec_;
  CausalLayer layer_;
  std::vector<Index> shared_;  ///< place of each key's matrix, that of the last token that has one
};

}  // namespace

RecurrentSpec chain_spec(const std::vector<Index>& order, const RecurrentShape& shape) {
  RecurrentSpec spec = frame_of(order, shape);
  spec.parents.emplace_back();
  for (Index t = 0; t < spec.tokens(); ++t) spec.parents[0].push_back(t - 1);
  return spec;
}

RecurrentSpec snake_spec(const std::vector<Index>& extents, const RecurrentShape& shape) {
  require(extents.size() == 2,
          fmt::format("layout snake2d needs a lattice of two directions, this one has {}: use "
                      "layout chain",
                      extents.size()));
  RecurrentSpec spec = frame_of(site_order({extents, {}}, PatchOrder::snake), shape);
  spec.parents.resize(2);
  const Index Lx = extents[0];
  for (Index t = 0; t < spec.tokens(); ++t) {
    // Rows run to and fro, so that the site below was drawn 2 (t mod Lx) + 1 tokens ago.
    spec.parents[0].push_back(t % Lx == 0 ? -1 : t - 1);
    spec.parents[1].push_back(t < Lx ? -1 : t - 2 * (t % Lx) - 1);
  }
  return spec;
}

void check(const RecurrentSpec& spec) {
  require(spec.width >= 1, fmt::format("width = {}: a state needs at least one unit", spec.width));
  check_order(spec.order, spec.sites);
  if (spec.beta_range) check_range(*spec.beta_range, spec.beta);
  if (spec.directions() < 1 || spec.directions() > 2)
    throw std::logic_error("a recurrent network has one or two directions");
  for (const std::vector<Index>& parents : spec.parents) {
    if (std::ssize(parents) != spec.tokens())
      throw std::logic_error("a recurrent network lacks parents");
    for (Index t = 0; t < spec.tokens(); ++t)
      if (parents[static_cast<std::size_t>(t)] < -1 || parents[static_cast<std::size_t>(t)] >= t)
        throw std::logic_error("a recurrent network reads a state that is not there yet");
  }
}

RecurrentLayers recurrent_layers(const RecurrentSpec& spec) {
  const Index width = spec.width;
  LayerBuilder gates(spec, (spec.gates() + 1) * width);
  LayerBuilder input(spec, spec.cell == RecurrentCell::gru ? width : 0);
  LayerBuilder readout(spec, 1);
  for (Index t = 0; t < spec.tokens(); ++t) {
    for (Index d = 0; d < spec.directions(); ++d) {
      const Index parent = spec.parents[static_cast<std::size_t>(d)][static_cast<std::size_t>(t)];
      if (parent < 0) continue;
      gates.add_run(d, state_row(spec, parent), width + 1);
      input.add_run(d, state_row(spec, parent) + width, 1);
    }
    readout.add_run(0, state_row(spec, t), width);
    gates.close_token();
    input.close_token();
    readout.close_token();
  }
  return {gates.take(), input.take(), readout.take()};
}

Index RecurrentSpec::parameter_count() const {
  const RecurrentLayers layers = recurrent_layers(*this);
  Index count = 0;
  for (const CausalLayer* layer : layers.all()) count += parameters_of(*layer);
  return count;
}

std::vector<double> initial_parameters(const RecurrentSpec& spec, std::uint64_t seed) {
  const RecurrentLayers layers = recurrent_layers(spec);
  Batch u(1, spec.parameter_count());
  fill_uniform({seed, 0, 0, Purpose::weights}, u);
  std::vector<double> parameters;
  for (const CausalLayer* layer : layers.all()) {
    const double gain = layer == &layers.readout ? 0.1 : 1.0;
    const double bound = gain / std::sqrt(static_cast<double>(spec.width));
    for (Index k = 0; k < layer->weights; ++k)
      parameters.push_back(bound * (2 * u(0, std::ssize(parameters)) - 1));
    for (Index k = 0; k < layer->biases; ++k) {
      const Index gate = k % layer->units / spec.width;
      const bool forgets = layer == &layers.gates && spec.cell == RecurrentCell::lstm &&
                           gate >= 2 && gate < spec.gates();
      parameters.push_back(forgets ? 1 : 0);
    }
    if (spec.beta_range)
      parameters.insert(parameters.end(), static_cast<std::size_t>(layer->biases), 0.0);
  }
  return parameters;
}

}  // namespace nmc
