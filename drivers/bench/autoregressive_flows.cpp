#include <fmt/format.h>

#include <memory>
#include <numeric>

#include "drivers/bench/benchmark.hpp"
#include "models/flows/autoregressive/autoregressive_layer.hpp"
#include "models/flows/map/bijector_flow.hpp"
#include "physics/graphs/lattice.hpp"
#include "physics/systems/dual_ising.hpp"

namespace nmc::drivers {
namespace {

constexpr Index kFieldBatch = 256;

/// Four blocks with one hidden layer of two units for each site of an L×L lattice.
std::unique_ptr<BijectorFlow> regression_flow(Index L) {
  AutoregressiveSpec block;
  block.order.resize(static_cast<std::size_t>(L * L));
  std::iota(block.order.begin(), block.order.end(), 0);
  block.degrees = {even_degrees(L * L, 2 * L * L)};
  BijectorFlow::Layers layers;
  for (int k = 0; k < 4; ++k) {
    layers.push_back(std::make_unique<AutoregressiveLayer>(block));
    std::ranges::reverse(block.order);
  }
  return std::make_unique<BijectorFlow>(std::move(layers), Precision::single, 1);
}

std::vector<Measurement> draws_of(Index L) {
  const auto flow = regression_flow(L);
  return {time_of(fmt::format("maf_draw_L{}", L), [&] { (void)flow->sample({}, kFieldBatch); })};
}

// What a step of maximum likelihood costs but for the optimiser.
std::vector<Measurement> likelihood_of(Index L) {
  const auto flow = regression_flow(L);
  Batch x(kFieldBatch, flow->sites());
  fill_normal({1, 0, 0, Purpose::test}, x);
  std::vector<double> grad(flow->parameters().size());
  return {time_of(fmt::format("maf_likelihood_L{}", L), [&] {
    (void)flow->log_prob(x);
    flow->add_grad(x, Column::Ones(kFieldBatch), grad);
  })};
}

std::vector<Measurement> reverse_of(Index L) {
  const DualIsing target(make_graph(torus({L, L})), kBetaCritical);
  const auto flow = regression_flow(L);
  return {
      time_of_training_step(fmt::format("maf_training_step_L{}", L), *flow, target, kFieldBatch)};
}

}  // namespace

std::vector<Benchmark> autoregressive_flow_benchmarks() {
  std::vector<Benchmark> all;
  for (const Index L : {8, 16}) {
    all.push_back({fmt::format("maf_draw_L{}", L), "256 draws of a MAF of 4 blocks",
                   [L] { return draws_of(L); }});
    all.push_back({fmt::format("maf_likelihood_L{}", L), "ln q of 256 fields and its gradient",
                   [L] { return likelihood_of(L); }});
    all.push_back({fmt::format("maf_training_step_L{}", L), "one reverse-KL step, batch 256",
                   [L] { return reverse_of(L); }});
  }
  return all;
}

}  // namespace nmc::drivers
