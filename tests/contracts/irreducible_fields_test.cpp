#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "physics/graphs/lattice.hpp"
#include "physics/systems/phi4.hpp"
#include "physics/systems/toy.hpp"
#include "samplers/cluster/field_cluster.hpp"
#include "samplers/composite.hpp"
#include "samplers/gibbs/block_gibbs.hpp"
#include "samplers/local/local_field.hpp"
#include "samplers/proposal/random_walk.hpp"
#include "tests/contracts/kernels_under_test.hpp"

/// Kernels of real configurations: chains from the middle of every cell of a grid visit all cells.
/// A cell holds a percent of the weight and 200 chains make 60 steps from each start, so that one
/// that can be reached is missed with a probability of about e^-100.
namespace nmc {
namespace {

constexpr Index kSide = 8, kChains = 200;

struct Grid {
  double range;  ///< cells fill (−range, range)^sites
  Index sites;
  [[nodiscard]] Index cells() const { return sites == 1 ? kSide : kSide * kSide; }
  [[nodiscard]] Batch middle(Index cell) const {
    Batch x(1, sites);
    for (Index i = 0; i < sites; ++i, cell /= kSide)
      x(0, i) = range * ((2.0 * static_cast<double>(cell % kSide) + 1) / kSide - 1);
    return x;
  }
  /// −1 outside of the grid.
  [[nodiscard]] Index cell(const Batch& x, Index row) const {
    Index number = 0;
    for (Index i = sites; i-- > 0;) {
      const double place = std::floor((x(row, i) / range + 1) / 2 * kSide);
      if (place < 0 || place >= kSide) return -1;
      number = kSide * number + static_cast<Index>(place);
    }
    return number;
  }
};

/// The least number of cells that the chains of a start visit.
Index least_visited(const Sampler& sampler, const Grid& grid, std::uint64_t steps = 60) {
  Index least = grid.cells();
  for (Index start = 0; start < grid.cells(); ++start) {
    ChainState state;
    state.x = grid.middle(start).replicate(kChains, 1);
    sampler.init(state, {7, 0, 0, Purpose::test}, kChains);
    std::vector<bool> is_seen(static_cast<std::size_t>(grid.cells()), false);
    for (std::uint64_t step = 1; step <= steps; ++step) {
      sampler.step(state, {7, step, 0, Purpose::test});
      for (Index row = 0; row < kChains; ++row)
        if (const Index cell = grid.cell(state.x, row); cell >= 0)
          is_seen[static_cast<std::size_t>(cell)] = true;
    }
    least = std::min<Index>(least, std::ranges::count(is_seen, true));
  }
  return least;
}

void expect_everywhere(const Sampler& sampler, const Grid& grid) {
  EXPECT_EQ(least_visited(sampler, grid), grid.cells());
}

HmcOptions with_jitter(double jitter) {
  HmcOptions options = test::hmc_options();
  options.jitter = jitter;
  return options;
}

TEST(IrreducibleField, HmcInBothSpaces) {
  const test::Tilted target;
  expect_everywhere(hmc_sampler(target, with_jitter(0.1)), {1.5, 1});
  const test::SineFlow flow(1);
  const LatentTarget latent(flow, target);
  expect_everywhere(hmc_sampler(latent, with_jitter(0.1)), {1.5, 1});
}

/// Two steps of √2 are half a period of a unit normal, for the leapfrog too: x goes to −x whatever
/// the momentum is.
TEST(IrreducibleField, HmcAtHalfAPeriodThanksToTheJitter) {
  const Gaussian normal(Eigen::VectorXd::Zero(1), Eigen::MatrixXd::Identity(1, 1));
  HmcOptions options = with_jitter(0);
  options.step_size = std::sqrt(2.0);
  EXPECT_EQ(least_visited(hmc_sampler(normal, options), {1.5, 1}), 2);
  options.jitter = 0.1;  // the signs alternate, and sizes forget in 30 steps
  EXPECT_EQ(least_visited(hmc_sampler(normal, options), {1.5, 1}, 400), kSide);
}

TEST(IrreducibleField, RandomWalk) {
  const test::Tilted target;
  RandomWalkOptions options;
  options.width = 1.3;
  expect_everywhere(random_walk_sampler(target, options), {1.5, 1});
}

TEST(IrreducibleField, BlockGibbsOfTheDualField) {
  for (const Index sites : {1, 2}) {
    const auto field = test::small_field(sites);
    expect_everywhere(BlockGibbs(*field, *field), {0.5, sites});
  }
}

TEST(IrreducibleField, SitesOfPhi4AndClustersWithThemAlone) {
  const Phi4 phi4(Lattice{{2}, {false}}, -1, 1);
  const Grid grid{1, 2};
  LocalFieldOptions options;
  options.width = 0.8;
  expect_everywhere(LocalField(phi4, options), grid);
  EXPECT_LE(least_visited(FieldCluster(phi4, {}), grid), 4);  // signs of two sites
  std::vector<CompositeSampler::Part> parts;
  parts.push_back({std::make_unique<LocalField>(phi4, options), 1, "metropolis"});
  parts.push_back({std::make_unique<FieldCluster>(phi4, FieldClusterOptions{}), 1, "cluster"});
  expect_everywhere(CompositeSampler(CompositeSampler::Mode::cycle, std::move(parts)), grid);
}

}  // namespace
}  // namespace nmc
