#pragma once

#include <fmt/format.h>

#include <map>

#include "core/errors.hpp"
#include "models/autoregressive/causal_spec.hpp"

/// What the layouts of causal networks are put together from.
namespace nmc::layer_building {

inline void check_sizes(Index depth, Index width) {
  require(depth >= 1, fmt::format("depth = {}: a network needs at least one layer", depth));
  require(width >= 1, fmt::format("width = {}: a hidden layer needs at least one unit", width));
}

/// A layer of `units` without runs; biases of its own for every token, or one set for all.
inline CausalLayer empty_layer(Index units, Index tokens, bool own_biases) {
  CausalLayer layer;
  layer.units = units;
  layer.first.push_back(0);
  for (Index t = 0; t < tokens; ++t) layer.bias.push_back(own_biases ? t * units : 0);
  layer.biases = (own_biases ? tokens : 1) * units;
  return layer;
}

/// Ends a token's list of runs.
inline void close_token(CausalLayer& layer) {
  layer.first.push_back(std::ssize(layer.runs));
}

/// A matrix of the token's own.
inline void add_own_run(CausalLayer& layer, Index row, Index rows) {
  if (rows == 0) return;
  layer.runs.push_back({row, rows, layer.weights});
  layer.weights += rows * layer.units;
}

/// One matrix per key, shared by the tokens that ask for it.
class SharedMatrices {
 public:
  void add_run(CausalLayer& layer, Index key, Index row, Index rows) {
    const auto [place, is_new] = place_.try_emplace(key, layer.weights);
    if (is_new) layer.weights += rows * layer.units;
    layer.runs.push_back({row, rows, place->second});
  }

 private:
  std::map<Index, Index> place_;
};

}  // namespace nmc::layer_building
