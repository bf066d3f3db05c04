#include <cmath>

#include "core/random/xoshiro.hpp"
#include "drivers/bench/benchmark.hpp"
#include "physics/graphs/lattice.hpp"
#include "physics/systems/ising.hpp"
#include "samplers/local/local_spins.hpp"

namespace nmc::drivers {
namespace {

constexpr Index kSweeps = 10;  // between two measurements, as by default
constexpr Index kLeastFlips = 20'000'000;

// Attempted flips per nanosecond of one thread, energy and magnetisation after ten sweeps included.
Measurement flips(const std::string& name, const Graph& graph, double beta, Index rows) {
  const Ising ising(graph, beta);
  const LocalSpins sampler(ising, {});
  ChainState state;
  sampler.init(state, {1, 0, 0, Purpose::init}, rows);
  std::uint64_t step = 1;
  double sum = 0;
  // So many draws that the clock, which counts microseconds, sees them.
  const Index draws = 1 + kLeastFlips / (graph.sites * rows * kSweeps);
  Measurement m = time_of(name, [&] {
    for (Index draw = 0; draw < draws; ++draw, step += kSweeps) {
      sampler.steps(state, {1, step, 0, Purpose::spins}, kSweeps);
      sum += ising.energy(state.spins).sum() + magnetisation(state.spins).sum();
    }
  });
  m.value = static_cast<double>(graph.sites * rows * kSweeps * draws) / (m.value * 1e9);
  m.unit = std::isfinite(sum) ? "flips/ns" : "not finite";
  return m;
}

// What a good textbook program does: one byte per spin, a table of two thresholds, xoshiro256++.
Measurement scalar_flips(Index extent) {
  const auto sites = static_cast<std::size_t>(extent * extent);
  std::vector<std::int8_t> s(sites, 1);
  Xoshiro random({1, 0, 0, Purpose::test}, 0);
  double p[5]{MetropolisKappa::tie};
  for (int h = 1; h <= 4; ++h) p[h] = std::exp(-2 * kBetaCritical * h);
  Measurement m = time_of("ising_scalar_L" + std::to_string(extent), [&] {
    for (Index y = 0; y < extent; ++y) {
      std::int8_t* row = s.data() + y * extent;
      const std::int8_t* above = s.data() + (y == 0 ? extent - 1 : y - 1) * extent;
      const std::int8_t* below = s.data() + (y + 1 == extent ? 0 : y + 1) * extent;
      for (Index x = 0; x < extent; ++x) {
        const int left = row[x == 0 ? extent - 1 : x - 1];
        const int right = row[x + 1 == extent ? 0 : x + 1];
        const int h = row[x] * (left + right + above[x] + below[x]);
        if (h < 0 || random.uniform() < p[h]) row[x] = static_cast<std::int8_t>(-row[x]);
      }
    }
  });
  m.value = static_cast<double>(sites) / (m.value * 1e9);
  m.unit = "flips/ns";
  return m;
}

/// The same with terms of four spins, K = .2 at T = 2.493: what self_learning is compared with.
Measurement scalar_plaquette_flips(Index extent) {
  constexpr double kBeta = 1 / 2.493, kK = 0.2;
  const auto sites = static_cast<std::size_t>(extent * extent);
  std::vector<std::int8_t> s(sites, 1);
  Xoshiro random({1, 0, 0, Purpose::test}, 0);
  double p[5][5];  // of the sums of 4 neighbours and of 4 products of three, each -4, -2, …, 4
  for (int n = 0; n < 5; ++n)
    for (int q = 0; q < 5; ++q) p[n][q] = std::exp(-2 * kBeta * ((2 * n - 4) + kK * (2 * q - 4)));
  Measurement m = time_of("plaquette_scalar_L" + std::to_string(extent), [&] {
    for (Index y = 0; y < extent; ++y) {
      std::int8_t* row = s.data() + y * extent;
      const std::int8_t* above = s.data() + (y == 0 ? extent - 1 : y - 1) * extent;
      const std::int8_t* below = s.data() + (y + 1 == extent ? 0 : y + 1) * extent;
      for (Index x = 0; x < extent; ++x) {
        const Index left = x == 0 ? extent - 1 : x - 1, right = x + 1 == extent ? 0 : x + 1;
        const int near = row[left] + row[right] + above[x] + below[x];
        const int squares = row[left] * (above[x] * above[left] + below[x] * below[left]) +
                            row[right] * (above[x] * above[right] + below[x] * below[right]);
        const double ratio = p[(row[x] * near + 4) / 2][(row[x] * squares + 4) / 2];
        if (ratio >= 1 || random.uniform() < ratio) row[x] = static_cast<std::int8_t>(-row[x]);
      }
    }
  });
  m.value = static_cast<double>(sites) / (m.value * 1e9);
  m.unit = "flips/ns";
  return m;
}

std::vector<Measurement> single_lattice() {
  std::vector<Measurement> all;
  for (const Index extent : {128, 512, 1024})
    all.push_back(flips("ising_lattice_L" + std::to_string(extent),
                        make_graph(torus({extent, extent})), kBetaCritical, 1));
  all.push_back(scalar_flips(128));
  all.push_back({"ising_lattice_L128_ratio_to_scalar", all[0].value / all.back().value, "ratio",
                 all[0].cpu_seconds + all.back().cpu_seconds, 1});
  return all;
}

// ±J from the parity of a hash of the bond: as disordered as the kernels can tell.
Graph pm1(std::vector<Index> extents) {
  Graph graph = make_graph(torus(std::move(extents)));
  graph.torus.clear();
  for (std::size_t b = 0; b < graph.bonds.size(); ++b)
    graph.bonds[b].J = (further_bits(7, b) & 1U) != 0 ? 1 : -1;
  return graph;
}

Graph gaussian(Graph graph, double width) {
  graph.torus.clear();
  Batch z(1, std::ssize(graph.bonds));
  fill_normal({5, 0, 0, Purpose::disorder}, z);
  for (std::size_t b = 0; b < graph.bonds.size(); ++b)
    graph.bonds[b].J = width * z(0, static_cast<Index>(b));
  return graph;
}

Graph complete(Index sites) {
  Graph graph;
  graph.sites = sites;
  for (Index i = 0; i < sites; ++i)
    for (Index j = i + 1; j < sites; ++j) graph.bonds.push_back({i, j, 1});
  return graph;
}

std::vector<Measurement> replicas() {
  constexpr Index kSK = 1024;
  std::vector<Measurement> all{
      flips("ea_pm1_2d_L16", pm1({16, 16}), 1, 512),
      flips("ea_pm1_3d_L8", pm1({8, 8, 8}), 0.9, 512),
      flips("ea_pm1_3d_L16", pm1({16, 16, 16}), 0.9, 512),
      flips("ea_gaussian_3d_L8", gaussian(pm1({8, 8, 8}), 1), 1, 64),
      flips("sk_N1024", gaussian(complete(kSK), 1 / std::sqrt(kSK)), 1, 64)};
  all.push_back({"sk_N1024_per_attempt", 1 / all.back().value, "ns", all.back().cpu_seconds, 1});
  return all;
}

}  // namespace

std::vector<Benchmark> spin_benchmarks() {
  return {{"ising_lattice", "sweeps of one large lattice, against a scalar loop", single_lattice},
          {"plaquette_scalar", "a scalar loop of four-spin terms, 32 x 32",
           [] { return std::vector<Measurement>{scalar_plaquette_flips(32)}; }},
          {"spin_replicas", "sweeps of many replicas of spin glasses", replicas}};
}

}  // namespace nmc::drivers
