#include <array>
#include <cmath>
#include <string>

#include "drivers/bench/benchmark.hpp"
#include "models/born_machines/born_machine.hpp"
#include "models/born_machines/sweep_training.hpp"
#include "models/born_machines/tree_machine.hpp"
#include "models/tensor_networks/tensor_network.hpp"
#include "physics/graphs/lattice.hpp"

namespace nmc::drivers {
namespace {

constexpr Index kMost = 1'000'000;  // sweeps, more than are made

/// One process with one thread.
struct Alone {
  Ranks ranks;
  Threads threads{1};
  Workers workers{&ranks, &threads};
};

/// Independent configurations of an open critical lattice.
const Batch& critical_data() {
  static const Batch s =
      TensorNetwork({make_graph({{8, 8}, {false, false}}), {8, 8}, 16, {}}, kBetaCritical)
          .sample({.seed = 1, .purpose = Purpose::test}, 5000)
          .x;
  return s;
}

std::vector<Index> rows_of(Index sites) {
  std::vector<Index> order;
  for (Index i = 0; i < sites; ++i) order.push_back(i);
  return order;
}

BornMachine chain_of(Index sites, Index chi) {
  return {MpsSpec{sites, rows_of(sites), full_bonds(sites, 1, MpsEnds::open), chi, MpsEnds::open},
          1};
}

TreeMachine tree_of(Index chi) {
  return {TreeSpec{64, bisected_order({8, 8}), full_tree_bonds(64, 2), chi}, 1};
}

SweepOptions sweep_options(Index chi) {
  SweepOptions options;
  options.limits.steps = kMost;
  options.pairs.chi = chi;
  return options;
}

/// Sweeps from independent spins on, the bonds at their most from the fourth or so.
template <class Machine>
std::vector<Measurement> sweep_of(const char* name, Machine machine, Index chi) {
  const Alone alone;
  SweepTraining training({&machine, &machine}, {critical_data(), {}}, sweep_options(chi),
                         alone.workers);
  const auto sweep = [&] { training.run([](const StepRecord&) { return false; }, {}); };
  for (int warm = 0; warm < 4; ++warm) sweep();
  return {time_of(name, sweep)};
}

template <class Machine>
std::vector<Measurement> machine_draws(const char* name, Machine machine, Index chi) {
  const Alone alone;
  SweepTraining training({&machine, &machine}, {critical_data(), {}}, sweep_options(chi),
                         alone.workers);
  for (int warm = 0; warm < 4; ++warm) training.run([](const StepRecord&) { return false; }, {});
  constexpr Index kDraws = 512;
  Measurement time = time_of(name, [&] { (void)machine.sample({}, kDraws); });
  time.value *= 1e6 / kDraws;
  time.unit = "us per configuration";
  return {time};
}

/// The 30 bars and stripes of a 4 x 4 square, spins.
Batch spin_patterns() {
  Batch s(30, 16);
  for (Index row = 0, m = 0; m < 16; ++m)
    for (const bool is_bar : {true, false}) {
      if (!is_bar && (m == 0 || m == 15)) continue;  // all alike
      for (Index i = 0; i < 16; ++i) s(row, i) = (m >> (is_bar ? i / 4 : i % 4) & 1) != 0 ? 1 : -1;
      ++row;
    }
  return s;
}

std::vector<Measurement> learn_patterns() {
  const Alone alone;
  const Batch patterns = spin_patterns();
  double gap = 0;
  Measurement time = time_of("mps_bars_and_stripes", [&] {
    BornMachine machine = chain_of(16, 64);
    SweepOptions options = sweep_options(64);
    options.limits.steps = 4;
    options.pairs.steps = 3;
    SweepTraining training({&machine, &machine}, {patterns, {}}, options, alone.workers);
    training.run({}, {});
    gap = training.state().log.back().losses.front().mean - std::log(30.0);
  });
  return {time, {"mps_bars_and_stripes_gap", gap, "nats", time.cpu_seconds, 1}};
}

}  // namespace

std::vector<Benchmark> born_benchmarks() {
  return {{"mps_bars_and_stripes", "a chain learns bars and stripes of 4 x 4 in four sweeps",
           learn_patterns},
          {"mps_sweep", "a sweep of a chain of chi 40 over 5000 critical configurations of 8 x 8",
           [] { return sweep_of("mps_sweep", chain_of(64, 40), 40); }},
          {"mps_draw", "draws of a chain of chi 16 of 64 spins, 512 at once",
           [] { return machine_draws("mps_draw", chain_of(64, 16), 16); }},
          {"tree_sweep", "a sweep of a tree of chi 8 over the same configurations",
           [] { return sweep_of("tree_sweep", tree_of(8), 8); }},
          {"tree_draw", "draws of a tree of chi 8, 512 at once",
           [] { return machine_draws("tree_draw", tree_of(8), 8); }}};
}

}  // namespace nmc::drivers
