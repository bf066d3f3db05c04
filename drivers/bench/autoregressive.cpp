#include <cmath>
#include <memory>
#include <numeric>

#include "drivers/bench/benchmark.hpp"
#include "models/autoregressive/architectures.hpp"
#include "models/autoregressive/causal_model.hpp"
#include "physics/graphs/disorder.hpp"
#include "physics/graphs/lattice.hpp"
#include "physics/graphs/random_graphs.hpp"
#include "physics/systems/ising.hpp"

namespace nmc::drivers {
namespace {

constexpr Index kSpinBatch = 1000;

/// A network of anchors.md, and what it is trained on.
struct SpinCase {
  std::string name;
  CausalSpec spec;
  Graph graph;
};

CausalFrame raster(Index sites) {
  CausalFrame frame;
  frame.order.resize(static_cast<std::size_t>(sites));
  std::iota(frame.order.begin(), frame.order.end(), 0);
  return frame;
}

SpinCase pixel_cnn(Index L, Index kernel) {
  PixelCnnShape shape;
  shape.extents = {L, L};
  shape.kernel = kernel;
  return {"pixel_cnn_L" + std::to_string(L) + "_k" + std::to_string(kernel),
          pixel_cnn_spec(raster(L * L), shape), make_graph(torus({L, L}))};
}

SpinCase made(Index L) {
  return {"made_L" + std::to_string(L), made_spec(raster(L * L), {3, 4, false}),
          make_graph(torus({L, L}))};
}

SpinCase spin_glass() {
  constexpr Index N = 20;
  Graph graph = complete_graph(N);
  draw_normal_couplings(graph, 1, 1 / std::sqrt(static_cast<double>(N)));
  return {"made_sk_N20", made_spec(raster(N), {1, 1, false}), std::move(graph)};
}

std::vector<Measurement> draws(const SpinCase& c) {
  const CausalModel model(c.spec, Precision::single, 1);
  Measurement time =
      time_of("autoregressive_draw_" + c.name, [&] { (void)model.sample({}, kSpinBatch); });
  time.value *= 1e3 / static_cast<double>(kSpinBatch);
  time.unit = "ms per configuration";
  return {time};
}

std::vector<Measurement> spin_training_step(const SpinCase& c) {
  const Ising target(c.graph, 0.44);
  CausalModel model(c.spec, Precision::single, 1);
  return {
      time_of_training_step("autoregressive_training_step_" + c.name, model, target, kSpinBatch)};
}

}  // namespace

std::vector<Benchmark> autoregressive_benchmarks() {
  std::vector<Benchmark> all;
  const auto add = [&](const std::string& name, const std::function<SpinCase()>& make) {
    all.push_back({"autoregressive_draw_" + name, "draws with ln q, batch 1000, float",
                   [make] { return draws(make()); }});
    all.push_back({"autoregressive_training_step_" + name, "one training step, batch 1000, float",
                   [make] { return spin_training_step(make()); }});
  };
  add("made_sk_N20", spin_glass);
  add("made_L16", [] { return made(16); });
  add("pixel_cnn_L16_k3", [] { return pixel_cnn(16, 3); });
  add("pixel_cnn_L16_k13", [] { return pixel_cnn(16, 13); });
  return all;
}

}  // namespace nmc::drivers
