#pragma once

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "models/autoregressive/architectures.hpp"
#include "models/autoregressive/causal_model.hpp"
#include "models/autoregressive/hierarchical.hpp"
#include "models/autoregressive/site_order.hpp"
#include "physics/graphs/lattice.hpp"

/// Every architecture of an autoregressive network, narrow, with weights away from their start.
namespace nmc::test {

struct Architecture {
  std::string name;
  CausalSpec spec;
  bool sees_all = false;  ///< whether each conditional depends on every spin drawn before
};

/// Couplings and fields of all sizes and both signs on an open or periodic lattice.
inline Graph small_glass(const std::vector<Index>& extents) {
  Graph graph = make_graph(torus(extents));
  graph.torus.clear();
  for (std::size_t b = 0; b < graph.bonds.size(); ++b)
    graph.bonds[b].J = (b * b % 7 < 3 ? -1 : 1) * (0.5 + 0.1 * static_cast<double>(b % 5));
  for (Index i = 0; i < graph.sites; ++i) graph.field.push_back(0.3 * std::sin(2.0 * i));
  return graph;
}

/// Every pair coupled (Sherrington and Kirkpatrick).
inline Graph small_sk(Index sites) {
  Graph graph;
  graph.sites = sites;
  for (Index i = 0; i < sites; ++i)
    for (Index j = i + 1; j < sites; ++j)
      graph.bonds.push_back({i, j,
                             std::sin(1.0 + static_cast<double>(i * i + 7 * j)) /
                                 std::sqrt(static_cast<double>(sites))});
  return graph;
}

/// One sublattice first, with the networks.
inline CausalFrame checkerboard(const std::vector<Index>& extents) {
  CausalFrame frame;
  frame.order = site_order({extents}, PatchOrder::raster);
  const auto rest = std::ranges::stable_partition(
      frame.order, [&](Index site) { return (site % extents[0] + site / extents[0]) % 2 == 0; });
  frame.networks = std::ssize(frame.order) - std::ssize(rest);
  return frame;
}

inline CausalFrame in_order(const PatchGrid& grid, PatchOrder order,
                            simd::Activation activation = simd::Activation::elu) {
  CausalFrame frame;
  frame.order = site_order(grid, order);
  for (const Index extent : grid.patch) frame.patch *= extent;
  frame.activation = activation;
  return frame;
}

inline CausalSpec wired(CausalSpec spec, const Graph& couplings) {
  wire_couplings(spec, couplings, 0.4);
  return spec;
}

/// One network for a range of temperatures, away from the middle of its range.
template <class Spec>
Spec conditional(Spec spec) {
  spec.beta = 0.4;
  spec.beta_range = {"beta", 0.1, 0.6};
  return spec;
}

/// On a lattice of even extents; Hilbert's order where it fits.
inline std::vector<Architecture> causal_architectures(const std::vector<Index>& extents) {
  const CausalFrame raster = in_order({extents}, PatchOrder::raster);
  const CausalFrame soft = in_order({extents}, PatchOrder::raster, simd::Activation::softplus);
  const CausalFrame snake = in_order({extents}, PatchOrder::snake, simd::Activation::tanh);
  const CausalFrame patches = in_order({extents, {2, 2}}, PatchOrder::snake);
  const Graph glass = small_glass(extents);
  const Graph sk = small_sk(glass.sites);
  std::vector<Architecture> all{
      {"bernoulli", bernoulli_spec(raster)},
      {"bernoulli patches", bernoulli_spec(patches)},
      {"made depth 1", made_spec(raster, {1, 1}), true},
      {"made depth 2", made_spec(soft, {2, 3}), true},
      {"made depth 3", made_spec(raster, {3, 2}), true},
      {"made residual", made_spec(raster, {4, 3, true}), true},
      {"made snake", made_spec(snake, {2, 3}), true},
      {"made patches", made_spec(patches, {2, 3}), true},
      {"made wired", wired(made_spec(raster, {2, 2}), glass), true},
      {"made wired patches", wired(made_spec(patches, {2, 2}), glass), true},
      {"made checkerboard", wired(made_spec(checkerboard(extents), {2, 3}), glass)},
      {"pixel_cnn zero", pixel_cnn_spec(raster, {extents, 3, 3, 3, false, false})},
      {"pixel_cnn periodic", pixel_cnn_spec(soft, {extents, 2, 4, 3, true, false})},
      {"pixel_cnn wide kernel", pixel_cnn_spec(raster, {extents, 2, 2, 7, true, false})},
      {"pixel_cnn residual", pixel_cnn_spec(raster, {extents, 4, 3, 3, false, true})},
      {"pixel_cnn wired", wired(pixel_cnn_spec(raster, {extents, 2, 3, 3, true, false}), glass)},
      {"wavenet", wavenet_spec(raster, {0, 4, true}), true},
      {"wavenet plain snake", wavenet_spec(snake, {0, 4, false}), true},
      {"wavenet patches", wavenet_spec(patches, {0, 3, true}), true},
      {"bernoulli conditional", conditional(bernoulli_spec(raster))},
      {"made conditional", conditional(made_spec(raster, {3, 2})), true},
      {"pixel_cnn conditional",
       conditional(pixel_cnn_spec(raster, {extents, 3, 3, 3, true, true}))},
      {"two_body conditional", conditional(two_body_spec(patches, glass, 0.4, {2, 3}))},
      {"two_body glass", two_body_spec(raster, glass, 0.4, {2, 3})},
      {"two_body deep", two_body_spec(snake, glass, 0.4, {3, 3})},
      {"two_body SK", two_body_spec(raster, sk, 0.7, {2, 3}), true},
      {"two_body patches", two_body_spec(patches, glass, 0.4, {2, 3})},
      {"two_body checkerboard", two_body_spec(checkerboard(extents), glass, 0.4, {2, 3})},
  };
  if (extents[0] != extents[1]) return all;
  CausalFrame own_order;
  all.push_back(
      {"made hilbert", made_spec(in_order({extents}, PatchOrder::hilbert), {2, 3}), true});
  all.push_back({"hierarchical", hierarchical_spec(own_order, {extents, 2, 3})});
  all.push_back({"hierarchical deep", hierarchical_spec(own_order, {extents, 3, 3, true})});
  all.push_back(
      {"hierarchical conditional",
       conditional(wired(hierarchical_spec(own_order, {extents, 2, 3, false, true}), glass))});
  all.push_back({"hierarchical wired",
                 wired(hierarchical_spec(own_order, {extents, 2, 3, false, true}), glass)});
  return all;
}

/// The network of a spec with noise on all its weights, so that q is far from uniform.
inline std::unique_ptr<CausalModel> noisy_model(const CausalSpec& spec, Precision precision,
                                                double noise = 0.5) {
  auto model = std::make_unique<CausalModel>(spec, precision, 5);
  Batch z(1, std::ssize(model->parameters()));
  fill_normal({8, 0, 0, Purpose::test}, z);
  for (std::size_t k = 0; k < model->parameters().size(); ++k)
    model->parameters()[k] += noise * z(0, static_cast<Index>(k));
  model->parameters_changed();
  return model;
}

/// Each architecture in float and in double.
struct Case {
  Architecture architecture;
  Precision precision;
};

inline std::vector<Case> cases(const std::vector<Index>& extents) {
  std::vector<Case> all;
  for (const Architecture& architecture : causal_architectures(extents))
    for (const Precision precision : {Precision::single, Precision::twice})
      all.push_back({architecture, precision});
  return all;
}

inline std::string label(const Case& it) {
  return it.architecture.name + (it.precision == Precision::single ? ", float" : ", double");
}

inline std::unique_ptr<CausalModel> model_of(const Case& it) {
  return noisy_model(it.architecture.spec, it.precision);
}

/// All configurations, site i up where bit i of the row is set, (2^sites, sites).
inline Batch all_configurations(Index sites) {
  Batch s(Index{1} << sites, sites);
  for (Index row = 0; row < s.rows(); ++row)
    for (Index i = 0; i < sites; ++i) s(row, i) = (row >> i & 1) != 0 ? 1 : -1;
  return s;
}

/// Row of all_configurations() of one row of s.
inline Index configuration_number(const Batch& s, Index row) {
  Index number = 0;
  for (Index i = 0; i < s.cols(); ++i) number |= Index{s(row, i) > 0} << i;
  return number;
}

}  // namespace nmc::test
