#include <gtest/gtest.h>

#include <cmath>

#include "physics/exact/exact.hpp"
#include "physics/graphs/lattice.hpp"
#include "physics/observables/phi4_observables.hpp"
#include "physics/systems/ising.hpp"
#include "physics/systems/phi4.hpp"
#include "samplers/cluster/field_cluster.hpp"
#include "samplers/cluster/houdayer.hpp"
#include "samplers/cluster/swendsen_wang.hpp"
#include "samplers/cluster/wolff.hpp"
#include "samplers/composite.hpp"
#include "samplers/hamiltonian/hmc.hpp"
#include "samplers/local/local_field.hpp"
#include "samplers/local/local_spins.hpp"

/// Many independent chains, run long enough to forget their start; the last configurations are
/// independent draws. Seeds are fixed. False alarms: 18 z tests at 5.33 sigma, 1e-7 each.
namespace nmc {
namespace {

constexpr double kBar = 5.33;
const Streams kStreams{21, 1, 0, Purpose::init};

void expect_near(const Column& draws, double exact, double uncertainty, const std::string& what) {
  const double mean = draws.mean(), n = static_cast<double>(draws.size());
  const double error = std::sqrt((draws - mean).square().sum() / (n - 1) / n);
  EXPECT_LT(std::abs(mean - exact), kBar * std::hypot(error, uncertainty))
      << what << " " << mean << " +- " << error << ", exact " << exact;
}

std::unique_ptr<CompositeSampler> cycle(std::vector<CompositeSampler::Part> parts) {
  return std::make_unique<CompositeSampler>(CompositeSampler::Mode::cycle, std::move(parts));
}

ChainState after(const Sampler& sampler, Index chains, Index steps) {
  ChainState state;
  sampler.init(state, kStreams.at_step(0), chains);
  sampler.steps(state, kStreams, steps);
  return state;
}

TEST(ClusterStatistics, EnergyOfATorusIsKaufmans) {
  const Ising ising(make_graph(torus({10, 7})), 0.42);
  const Exact exact = *exact_spins(ising.graph(), 0.42, {}).value;
  const Wolff wolff(ising, {5, SpinStart::up});
  const SwendsenWang swendsen_wang(ising, SpinStart::up);
  for (const Sampler* sampler :
       {static_cast<const Sampler*>(&wolff), static_cast<const Sampler*>(&swendsen_wang)}) {
    const ChainState state = after(*sampler, 8192, 40);
    expect_near(ising.energy(state.spins), exact.energy.value(), 0, "energy");
    expect_near(ising.energy(state.spins).square(),
                exact.heat.value() / (0.42 * 0.42) + exact.energy.value() * exact.energy.value(), 0,
                "energy squared");
  }
}

/// conventions.md section 5: chi = V <M^2> by transfer matrix, lambda = 6.975, m^2 = -4.
struct Phi4Case {
  Index L;
  double chi, uncertainty;
};
constexpr Phi4Case kPhi4[] = {{2, 0.54420963, 1e-8}, {3, 0.782873, 3e-6}, {4, 0.93497, 2e-5}};

void expect_phi4(const Phi4& phi4, const ChainState& state, const Phi4Case& exact) {
  const auto volume = static_cast<double>(phi4.sites());
  for (const auto& observable : phi4_observables(phi4)) {
    if (observable->name() == "m2")
      expect_near(volume * observable->measure(state.x), exact.chi, exact.uncertainty, "chi");
    if (observable->name() == "identity")
      expect_near(observable->measure(state.x), 0, 0, "identity");
  }
}

TEST(ClusterStatistics, Phi4HasTheSusceptibilityOfTheTransferMatrix) {
  for (const Phi4Case& exact : kPhi4) {
    const Phi4 phi4(torus({exact.L, exact.L}), -4, 6.975);
    std::vector<CompositeSampler::Part> parts;
    parts.push_back({std::make_unique<LocalField>(phi4, LocalFieldOptions{0.8}), 2, "metropolis"});
    parts.push_back({std::make_unique<FieldCluster>(phi4, FieldClusterOptions{2}), 1, "cluster"});
    expect_phi4(phi4, after(*cycle(std::move(parts)), 8192, 50), exact);
  }
}

TEST(ClusterStatistics, Phi4ByFourierAcceleratedHmcToo) {
  const Phi4 phi4(torus({3, 3}), -4, 6.975);
  HmcOptions options;
  options.step_size = 0.2;
  options.n_steps = 6;
  options.target_acceptance = 0;
  options.fourier_torus = phi4.torus();
  options.fourier_mass = 2;
  expect_phi4(phi4, after(hmc_sampler(phi4, options), 4000, 150), kPhi4[1]);
}

TEST(ClusterStatistics, ReplicasOfAGlassKeepTheirEnergyThroughHoudayersMove) {
  Graph graph = make_graph(torus({4, 4}));
  graph.torus.clear();
  for (std::size_t b = 0; b < graph.bonds.size(); ++b)
    if (b * b % 7 < 3) graph.bonds[b].J = -1;
  const Ising ising(graph, 0.7);
  std::vector<CompositeSampler::Part> parts;
  parts.push_back({std::make_unique<LocalSpins>(ising, LocalSpinsOptions{}), 5, "metropolis"});
  parts.push_back({std::make_unique<Houdayer>(ising, SpinStart::random), 1, "houdayer"});
  const ChainState state = after(*cycle(std::move(parts)), 16384, 100);
  const Exact exact = *exact_spins(graph, 0.7, {}).value;
  // The rows of a pair are independent in equilibrium.
  expect_near(ising.energy(state.spins), exact.energy.value(), 0, "energy");
  expect_near(ising.log_density(state.configurations()).square(),
              exact.heat.value() + std::pow(0.7 * exact.energy.value(), 2), 0, "energy squared");
}

}  // namespace
}  // namespace nmc
