#include "drivers/bench/benchmark.hpp"
#include "physics/ising.hpp"
#include "physics/lattice.hpp"
#include "samplers/cluster_random.hpp"
#include "samplers/spin_state.hpp"
#include "samplers/swendsen_wang_walk.hpp"
#include "samplers/wolff_walk.hpp"

namespace nmc::drivers {
namespace {

constexpr double kBetaCritical = 0.44068679350977151;  // ln(1 + √2)/2

/// Nanoseconds of CPU per unit of work, `action` returning how many units it did.
Measurement per_unit(const std::string& name, const std::string& unit,
                     const std::function<Index()>& action) {
  Index units = 0;
  bool is_warm = false;
  const Measurement total = time_of(name, [&] {
    const Index done = action();
    if (is_warm) units += done;
    is_warm = true;
  });
  return {name, 1e9 * total.cpu_seconds / static_cast<double>(units), unit, total.cpu_seconds, 1};
}

/// One critical lattice, from all up, and the streams of its next step.
struct CriticalLattice {
  explicit CriticalLattice(Index L)
      : ising(make_graph(torus({L, L})), kBetaCritical),
        bonds(make_cluster_bonds(ising, "the benchmark")),
        spins(start_spins(SpinStart::up, SpinLayout::bytes, streams, 1, ising.graph())) {}

  ClusterRandom next() {
    ++streams.step;
    return ClusterRandom(Xoshiro(streams, 0), bonds.uniform);
  }

  Streams streams{1, 0, 0, Purpose::cluster};
  Ising ising;
  ClusterBonds bonds;
  Spins spins;
};

Measurement wolff(Index L) {
  CriticalLattice lattice(L);
  WolffWalk<ClusterRandom> walk(lattice.bonds);
  const auto turn = [&](Index clusters) {
    Index turned = 0;
    for (Index k = 0; k < clusters; ++k) {
      ClusterRandom random = lattice.next();
      turned += walk.turn_one(lattice.spins.row(0), random);
    }
    return turned;
  };
  turn(200);  // away from all up
  return per_unit("wolff_L" + std::to_string(L), "ns per cluster spin", [&] { return turn(20); });
}

Measurement swendsen_wang(Index L) {
  CriticalLattice lattice(L);
  SwendsenWangWalk<ClusterRandom> walk(lattice.bonds);
  return per_unit("swendsen_wang_L" + std::to_string(L), "ns per spin", [&] {
    for (int k = 0; k < 10; ++k) {
      ClusterRandom random = lattice.next();
      walk.update(lattice.spins.row(0), random);
    }
    return 10 * L * L;
  });
}

}  // namespace

std::vector<Benchmark> cluster_benchmarks() {
  return {{"wolff", "single clusters of one critical square lattice",
           [] {
             return std::vector<Measurement>{wolff(128), wolff(1024)};
           }},
          {"swendsen_wang", "all clusters of one critical square lattice", [] {
             return std::vector<Measurement>{swendsen_wang(128), swendsen_wang(1024)};
           }}};
}

}  // namespace nmc::drivers
