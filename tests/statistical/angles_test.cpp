#include <gtest/gtest.h>

#include <cmath>

#include "physics/exact/xy_exact.hpp"
#include "physics/graphs/lattice.hpp"
#include "physics/observables/xy_observables.hpp"
#include "samplers/composite.hpp"
#include "samplers/simulation/simulation.hpp"
#include "tests/contracts/angle_kernels.hpp"

/// Each sampler of angles is run on 4096 independent chains, long enough to forget their start, and
/// the last configurations are compared with exact values: independent draws, so that no
/// autocorrelation enters. False alarms: 6 samplers × 2 systems × 4 z tests at 5σ, 6e-7 each: 3e-5.
namespace nmc {
namespace {

constexpr Index independent = 4096;
constexpr double angle_bar = 5;

std::unique_ptr<Sampler> make_ergodic(const std::string& name, const XyModel& model) {
  if (name != "overrelaxation") return test::make_angle_sampler(name, model);
  std::vector<CompositeSampler::Part> parts;
  parts.push_back({test::make_angle_sampler("metropolis", model), 1});
  parts.push_back({test::make_angle_sampler("overrelaxation", model), 2});
  return std::make_unique<CompositeSampler>(CompositeSampler::Mode::cycle, std::move(parts));
}

Batch last_angles(const Sampler& sampler, Simulation& simulation) {
  Batch x(sampler.sites(), independent);
  simulation.run([&](const Segment& segment) {
    if (!segment.is_warmup)
      std::copy(segment.configurations->begin(), segment.configurations->end(), x.data());
    return true;
  });
  return x.transpose();
}

double z_of(const Column& values, double exact) {
  const double mean = values.mean();
  const double variance = (values - mean).square().mean();
  return (mean - exact) / std::sqrt(variance / static_cast<double>(values.size()));
}

class AngleDraws : public ::testing::TestWithParam<std::string> {};

TEST_P(AngleDraws, AgreeWithExactValues) {
  for (const std::vector<Index>& extents : {std::vector<Index>{8}, {3, 3}}) {
    const Periodic lattice{extents};
    const XyModel model(make_graph(torus(extents)), 1.2);
    const auto exact = exact_xy(model, lattice, {.cpu_seconds = 60}).value;
    ASSERT_TRUE(exact);
    const auto sampler = make_ergodic(GetParam(), model);
    SimulationOptions options;
    options.chains = independent;
    options.warmup = 80;
    options.thin = 60;
    options.seed = 78;
    options.keep_every = 1;
    const Ranks ranks;
    const Threads threads;
    Simulation simulation(*sampler, {}, options, ranks, threads);
    const Batch theta = last_angles(*sampler, simulation);
    for (const auto& observable : xy_observables(model, lattice)) {
      const Column values = observable->measure(theta);
      if (observable->name() == "energy") {
        EXPECT_LT(std::abs(z_of(values, *exact->energy)), angle_bar);
      }
      if (observable->name() == "m2") {
        EXPECT_LT(std::abs(z_of(values, *exact->m2)), angle_bar);
      }
      if (observable->name() == "identity") {
        EXPECT_LT(std::abs(z_of(values, 0)), angle_bar);
      }
      if (observable->name() != "helicity_cos") continue;
      Column stiffness = values;
      for (const auto& other : xy_observables(model, lattice))
        if (other->name() == "helicity_sin2") stiffness -= model.beta() * other->measure(theta);
      EXPECT_LT(std::abs(z_of(stiffness, *exact->helicity_modulus)), angle_bar);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(EverySampler, AngleDraws, ::testing::ValuesIn(test::angle_samplers()),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace nmc
