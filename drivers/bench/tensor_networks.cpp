#include <memory>
#include <string>

#include "drivers/bench/benchmark.hpp"
#include "models/tensor_networks/sheet_heat_bath.hpp"
#include "models/tensor_networks/tensor_network.hpp"
#include "physics/graphs/disorder.hpp"
#include "physics/graphs/lattice.hpp"

namespace nmc::drivers {
namespace {

/// Of +-J couplings.
Graph sign_glass(Index L, bool is_periodic) {
  Graph graph = make_graph({{L, L}, {is_periodic, is_periodic}});
  graph.torus.clear();
  draw_signs(graph, 1);
  return graph;
}

Measurement per_configuration(Measurement time, Index configurations) {
  time.value *= 1e3 / static_cast<double>(configurations);
  time.unit = "ms per configuration";
  return time;
}

std::vector<Measurement> making(Index L) {
  const TensorNetworkSpec spec{sign_glass(L, false), {L, L}, 16};
  return {
      time_of("tensor_network_make_" + std::to_string(L), [&] { (void)TensorNetwork(spec, 1); })};
}

std::vector<Measurement> tensor_draws(Index L) {
  constexpr Index kChunk = 64;
  const TensorNetwork network({sign_glass(L, false), {L, L}, 16}, 1);
  return {per_configuration(time_of("tensor_network_draw_" + std::to_string(L),
                                    [&] { (void)network.sample({}, kChunk); }),
                            kChunk)};
}

std::vector<Measurement> sheet_steps(Index L) {
  const Graph graph = sign_glass(L, true);
  const SheetHeatBath sheets(graph, {L, L}, 1, 8);
  ChainState state;
  sheets.init(state, {}, 1);
  std::uint64_t step = 0;
  return {per_configuration(time_of("sheet_heat_bath_" + std::to_string(L),
                                    [&] {
                                      Streams streams;
                                      streams.step = ++step;
                                      state.x = sheets.propose(state, streams, 0).next.x;
                                    }),
                            1)};
}

}  // namespace

std::vector<Benchmark> tensor_benchmarks() {
  std::vector<Benchmark> all;
  for (const Index L : {16, 32, 64}) {
    const std::string size = std::to_string(L);
    all.push_back({"tensor_network_make_" + size, "open +-J plane, beta 1, chi 16",
                   [L] { return making(L); }});
    all.push_back({"tensor_network_draw_" + size, "the same, draws with ln q, 64 chains",
                   [L] { return tensor_draws(L); }});
  }
  for (const Index L : {8, 16})
    all.push_back({"sheet_heat_bath_" + std::to_string(L), "one step of a +-J torus, chi 8",
                   [L] { return sheet_steps(L); }});
  return all;
}

}  // namespace nmc::drivers
