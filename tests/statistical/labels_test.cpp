#include <gtest/gtest.h>

#include <cmath>

#include "physics/exact/label_exact.hpp"
#include "physics/graphs/lattice.hpp"
#include "physics/observables/label_observables.hpp"
#include "physics/systems/graph_labels.hpp"
#include "samplers/cluster/label_clusters.hpp"
#include "samplers/local/pair_sweeps.hpp"

/// 4096 independent chains, run long enough to forget their start; the last configurations are
/// independent draws and are compared with the transfer matrix and enumeration. Seeds are fixed.
/// False alarms: 3 systems x 4 samplers x 3 z tests at 5.33 sigma (1e-7 each) = 4e-6 for a new
/// seed.
namespace nmc {
namespace {

constexpr Index kLabelChains = 4096;

void expect_mean(const Column& draws, double exact, const std::string& what) {
  const double mean = draws.mean(), n = static_cast<double>(kLabelChains);
  const double error = std::sqrt((draws - mean).square().sum() / (n - 1) / n);
  EXPECT_LT(std::abs(mean - exact), 5.33 * error) << what << " " << mean << " +- " << error;
}

void expect_exact(const Sampler& sampler, Index steps, const GraphLabels& target,
                  const LabelVectors& vectors, const Exact& exact) {
  ChainState state;
  sampler.init(state, {31, 0, 0, Purpose::init}, kLabelChains);
  sampler.steps(state, {31, 1, 0, Purpose::init}, steps);
  expect_mean(state.energy, *exact.energy, "energy");
  const double square = *exact.heat / (target.beta() * target.beta()) + std::pow(*exact.energy, 2);
  expect_mean(state.energy.square(), square, "energy squared");
  for (const auto& observable : label_observables(target, vectors, {}))
    if (observable->name() == "m2" && exact.m2)
      expect_mean(observable->measure(state.x), *exact.m2, "m2");
}

TEST(LabelStatistics, LastConfigurationsHaveTheExactMoments) {
  ExactEffort effort;
  effort.cpu_seconds = 10;
  const Graph square = make_graph(torus({4, 4}));
  Graph mixed = make_graph({{4, 3}, {true, false}});  // both signs, a field, open in y
  for (std::size_t b = 0; b < mixed.bonds.size(); ++b)
    mixed.bonds[b].J = std::cos(3.0 + static_cast<double>(b));
  mixed.field.assign(12, 0.2);
  mixed.torus.clear();
  struct Setting {
    GraphLabels target;
    LabelVectors vectors;
    std::vector<Index> extents;
  };
  const Setting settings[] = {
      {{square, potts_coupling(3), std::log1p(std::sqrt(3.0))}, potts_vectors(3), {4, 4}},
      {{square, clock_coupling(5), 1.0}, clock_vectors(5), {4, 4}},
      {{mixed, potts_coupling(4), 0.8}, potts_vectors(4), {4, 3}}};
  for (const auto& [target, vectors, extents] : settings) {
    const Exact exact = *exact_labels(target, extents, effort).value;
    SCOPED_TRACE(exact.lnZ);
    for (const LocalRule rule : {LocalRule::metropolis, LocalRule::heat_bath})
      expect_exact(PairSweeps(target, {rule}), 400, target, vectors, exact);
    expect_exact(LabelWolff(target, {4, LabelStart::zero}), 100, target, vectors, exact);
    expect_exact(LabelSwendsenWang(target, LabelStart::random), 150, target, vectors, exact);
  }
}

}  // namespace
}  // namespace nmc
