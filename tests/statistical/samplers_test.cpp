#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "core/roles/latent_target.hpp"
#include "samplers/composite.hpp"
#include "samplers/hamiltonian/hmc.hpp"
#include "samplers/hamiltonian/latent_sampler.hpp"
#include "samplers/proposal/independence.hpp"
#include "samplers/proposal/random_walk.hpp"
#include "samplers/simulation/simulation.hpp"
#include "tests/samplers/test_densities.hpp"

/// Each sampler is run on 4096 independent chains, long enough to forget their start, and the last
/// configurations are compared with quadrature. They are independent draws, so no autocorrelation
/// enters. Seeds are fixed. False alarms: 6 samplers × (2 z tests at 5.03σ, 5e-7 each; 1 χ² test at
/// 1e-6) = 1.2e-5 for the whole suite.
namespace nmc {
namespace {

constexpr Index chains = 4096;
constexpr int bins = 10;
constexpr double z_bar = 5.03;
constexpr double chi_square_bar = 44.81;  // upper 1e-6 quantile for 9 degrees of freedom

const test::Quartic quartic(2);
const test::SinhFlow flow(2);
const LatentTarget latent(flow, quartic);

/// Moments of the quartic density on two sites by the trapezoidal rule, which converges
/// exponentially: 0.02 leaves nothing but rounding.
struct ExactMoments {
  double m20 = 0, m40 = 0, m11 = 0, m22 = 0;
  std::array<double, bins> odds{};  // of x_0 in each bin
  ExactMoments();
};

int bin_of(double x) {
  return std::clamp(static_cast<int>(std::floor(x / 0.5)) + 5, 0, bins - 1);
}

ExactMoments::ExactMoments() {
  double total = 0;
  for (double a = -4.01; a < 4.02; a += 0.02) {  // no point on the edge of a bin
    Batch x(401, 2);
    x.col(0).setConstant(a);
    x.col(1) = Column::LinSpaced(401, -4, 4);
    const Column p = quartic.log_density(x).exp();
    total += p.sum();
    m20 += a * a * p.sum();
    m40 += a * a * a * a * p.sum();
    m11 += a * (x.col(1) * p).sum();
    m22 += a * a * (x.col(1).square() * p).sum();
    odds[static_cast<std::size_t>(bin_of(a))] += p.sum();
  }
  for (double* moment : {&m20, &m40, &m11, &m22}) *moment /= total;
  for (double& odd : odds) odd /= total;
}

std::unique_ptr<Sampler> make(const std::string& name) {
  HmcOptions options;
  options.n_steps = 5;
  options.mass = name == "dense hmc" ? MassKind::dense : MassKind::unit;
  RandomWalkOptions walk;
  walk.proposals = 10;
  if (name == "latent hmc") {
    // sinh reaches far out, where the quartic density is too steep for a step tuned to its bulk.
    options.start_width = 0.3;
    return std::make_unique<LatentSampler>(
        latent, std::make_unique<MetropolisHastings>(hmc_sampler(latent, options)));
  }
  if (name == "independence")
    return std::make_unique<MetropolisHastings>(independence_sampler(quartic, flow));
  if (name == "random walk")
    return std::make_unique<MetropolisHastings>(random_walk_sampler(quartic, walk));
  if (name != "mixture") return std::make_unique<MetropolisHastings>(hmc_sampler(quartic, options));
  std::vector<CompositeSampler::Part> parts;
  parts.push_back({make("hmc"), 1});
  parts.push_back({make("independence"), 1});
  return std::make_unique<CompositeSampler>(CompositeSampler::Mode::mixture, std::move(parts));
}

Batch last_configurations(const std::string& name) {
  const auto sampler = make(name);
  const Ranks ranks;
  const Threads threads;
  SimulationOptions options;
  options.chains = chains;
  options.warmup = 60;
  options.thin = 40;
  options.seed = 77;
  options.keep_every = 1;
  Simulation simulation(*sampler, {}, options, ranks, threads);
  Batch x(2, chains);
  simulation.run([&](const Segment& segment) {
    if (!segment.is_warmup) {
      std::copy(segment.configurations->begin(), segment.configurations->end(), x.data());
    }
    return true;
  });
  return x.transpose();
}

class SamplerDraws : public testing::TestWithParam<const char*> {};

TEST_P(SamplerDraws, AgreeWithQuadrature) {
  static const ExactMoments exact;
  const Batch x = last_configurations(GetParam());
  const double n = static_cast<double>(chains);
  const double z20 =
      (x.col(0).square().mean() - exact.m20) / std::sqrt((exact.m40 - exact.m20 * exact.m20) / n);
  const double z11 = ((x.col(0) * x.col(1)).mean() - exact.m11) /
                     std::sqrt((exact.m22 - exact.m11 * exact.m11) / n);
  EXPECT_LT(std::abs(z20), z_bar);
  EXPECT_LT(std::abs(z11), z_bar);
  std::array<double, bins> seen{};
  for (const double value : x.col(0)) ++seen[static_cast<std::size_t>(bin_of(value))];
  double chi_square = 0;
  for (std::size_t bin = 0; bin < bins; ++bin) {
    const double expected = n * exact.odds[bin];
    chi_square += (seen[bin] - expected) * (seen[bin] - expected) / expected;
  }
  EXPECT_LT(chi_square, chi_square_bar);
}

INSTANTIATE_TEST_SUITE_P(EverySampler, SamplerDraws,
                         testing::Values("hmc", "dense hmc", "latent hmc", "independence",
                                         "random walk", "mixture"),
                         [](const auto& test) {
                           std::string name = test.param;
                           std::erase(name, ' ');
                           return name;
                         });

}  // namespace
}  // namespace nmc
