#include <array>
#include <memory>
#include <string>
#include <utility>

#include "core/statistics/weights.hpp"
#include "drivers/bench/benchmark.hpp"
#include "models/tensor_networks/sheet_heat_bath.hpp"
#include "models/tensor_networks/tensor_network.hpp"
#include "physics/graphs/disorder.hpp"
#include "physics/graphs/lattice.hpp"
#include "physics/systems/ising.hpp"

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

/// Importance ESS of draws at bonds chi, with the time of making and of a draw.
std::vector<Measurement> quality(const std::string& name, const TensorNetworkSpec& spec,
                                 double beta) {
  constexpr Index kDraws = 640;
  const Ising system(spec.graph, beta);
  double ess = 0;
  const Measurement time = time_of(name, [&] {
    const Draw draw = TensorNetwork(spec, beta).sample({.purpose = Purpose::test}, kDraws);
    ess = statistics::summarise_weights(system.log_density(draw.x) - draw.log_q).ess_fraction;
  });
  return {time, {name + "_ess", ess, "of 1", time.cpu_seconds, 1}};
}

Graph gauss_glass(Index L) {
  Graph graph = make_graph({{L, L}, {false, false}});
  draw_normal_couplings(graph, 1, 1);
  return graph;
}

/// A kind of couplings at a temperature, and bonds.
struct Quality {
  const char* name;
  const char* summary;
  Graph (*couplings)(Index L);
  Index L;
  Index chi;
  double beta;
};

std::vector<Benchmark> quality_benchmarks() {
  const auto ferromagnet = [](Index L) { return make_graph({{L, L}, {false, false}}); };
  const auto glass = [](Index L) { return sign_glass(L, false); };
  const std::array cases{
      Quality{"tensor_network_critical_16_chi_2", "open critical 16^2, chi 2: importance ESS",
              ferromagnet, 16, 2, kBetaCritical},
      Quality{"tensor_network_critical_16_chi_4", "the same, chi 4", ferromagnet, 16, 4,
              kBetaCritical},
      Quality{"tensor_network_critical_64", "open critical 64^2, chi 16: importance ESS",
              ferromagnet, 64, 16, kBetaCritical},
      Quality{"tensor_network_sign_64_beta_1", "open +-J 64^2, chi 16, beta 1", glass, 64, 16, 1},
      Quality{"tensor_network_sign_64_beta_3", "the same, beta 3", glass, 64, 16, 3},
      Quality{"tensor_network_gauss_64_beta_2", "open Gaussian 64^2, chi 16, beta 2", gauss_glass,
              64, 16, 2}};
  std::vector<Benchmark> all;
  for (const Quality& one : cases)
    all.push_back(
        {one.name, one.summary, [one] {
           return quality(one.name, {one.couplings(one.L), {one.L, one.L}, one.chi, {}}, one.beta);
         }});
  return all;
}

/// q = 3 at its critical point.
std::vector<Measurement> label_draws(Index L) {
  constexpr Index kChunk = 64;
  const TensorNetwork network({make_graph({{L, L}, {false, false}}), {L, L}, 16, potts_coupling(3)},
                              1.0050525);
  return {per_configuration(time_of("tensor_network_potts_draw_" + std::to_string(L),
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
  for (Benchmark& entry : quality_benchmarks()) all.push_back(std::move(entry));
  all.push_back({"tensor_network_potts_draw_16", "open 3-state Potts, chi 16, 64 chains",
                 [] { return label_draws(16); }});
  for (const Index L : {8, 16})
    all.push_back({"sheet_heat_bath_" + std::to_string(L), "one step of a +-J torus, chi 8",
                   [L] { return sheet_steps(L); }});
  return all;
}

}  // namespace nmc::drivers
