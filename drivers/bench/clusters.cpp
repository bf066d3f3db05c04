#include "drivers/bench/benchmark.hpp"
#include "physics/graphs/lattice.hpp"
#include "physics/systems/ising.hpp"
#include "physics/systems/phi4.hpp"
#include "samplers/cluster/cluster_random.hpp"
#include "samplers/cluster/field_cluster.hpp"
#include "samplers/cluster/swendsen_wang_walk.hpp"
#include "samplers/cluster/wolff_walk.hpp"
#include "samplers/hamiltonian/leapfrog.hpp"
#include "samplers/local/local_field.hpp"
#include "samplers/local/spin_state.hpp"

namespace nmc::drivers {
namespace {

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
        spins(start_spins({SpinStart::up, SpinLayout::bytes, ising.graph()}, streams, 1)) {}

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

/// φ⁴ near its critical point, conventions.md section 5.
Phi4 critical_phi4(Index L) {
  return {torus({L, L}), -4, 4.572};
}

Measurement phi4_leapfrog(Index L) {
  const Phi4 phi4 = critical_phi4(L);
  const Index chains = phi4.preferred_chunk();
  constexpr Index kSteps = 50;
  ChainState state;
  state.x.resize(chains, phi4.sites());
  Batch xi(chains, phi4.sites());
  fill_normal({1, 0, 0, Purpose::test}, state.x);
  fill_normal({2, 0, 0, Purpose::test}, xi);
  state.x *= 0.3;
  state.log_p = phi4.log_density_grad(state.x, state.grad);
  const Mass mass(MassKind::unit, phi4.sites());
  const Trajectory trajectory{Column::Constant(chains, 0.01), kSteps};
  return per_unit("phi4_leapfrog_L" + std::to_string(L), "ns per step and chain", [&] {
    leapfrog(phi4, mass, trajectory, state, xi);
    return kSteps * chains;
  });
}

std::vector<Measurement> phi4_cluster(Index L) {
  const Phi4 phi4 = critical_phi4(L);
  const Index chains = phi4.preferred_chunk();
  const LocalField local(phi4, {0.6, 1, 0, 0.3});
  const FieldCluster cluster(phi4, {});
  ChainState state;
  Streams streams{1, 0, 0, Purpose::test};
  local.init(state, streams, chains);
  const auto run = [&](const Sampler& sampler, Index count) {
    sampler.steps(state, streams, count);
    streams.step += static_cast<std::uint64_t>(count);
    return count * chains;
  };
  for (int k = 0; k < 200; ++k) {
    run(local, 1);
    run(cluster, 1);
  }
  const std::string of_L = "_L" + std::to_string(L);
  return {
      per_unit("phi4_metropolis" + of_L, "ns per sweep and chain", [&] { return run(local, 10); }),
      per_unit("phi4_cluster" + of_L, "ns per cluster", [&] { return run(cluster, 10); })};
}

}  // namespace

std::vector<Benchmark> cluster_benchmarks() {
  return {{"wolff", "single clusters of one critical square lattice",
           [] {
             return std::vector<Measurement>{wolff(128), wolff(1024)};
           }},
          {"phi4_leapfrog", "one leapfrog of phi^4, 64x64",
           [] { return std::vector<Measurement>{phi4_leapfrog(64)}; }},
          {"phi4_cluster", "Metropolis sweeps and embedded clusters of phi^4, 32x32",
           [] { return phi4_cluster(32); }},
          {"swendsen_wang", "all clusters of one critical square lattice", [] {
             return std::vector<Measurement>{swendsen_wang(128), swendsen_wang(1024)};
           }}};
}

}  // namespace nmc::drivers
