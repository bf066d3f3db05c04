#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <numbers>

#include "physics/graphs/lattice.hpp"
#include "tests/contracts/angle_kernels.hpp"

namespace nmc {
namespace {

constexpr double pi = std::numbers::pi;

class AngleKernel : public ::testing::TestWithParam<std::string> {};

/// Functions that see every angle, every pair, the energy and the whole, even and odd: H(−θ) =
/// H(θ), so that even ones alone are blind to a proposal that drifts.
Batch features(const XyModel& model, const Batch& theta) {
  Batch f(theta.rows(), 18);
  for (Index i = 0; i < 3; ++i) {
    const Index j = (i + 1) % 3;
    f.col(i) = theta.col(i).cos();
    f.col(3 + i) = (theta.col(i) - theta.col(j)).cos();
    f.col(6 + i) = (2 * theta.col(i) + theta.col(j)).cos();
  }
  f.col(9) = (theta.col(0) + theta.col(1) - 2 * theta.col(2)).cos();
  f.col(10) = model.energy(theta);
  f.col(11) = f.col(10).square();
  for (Index i = 0; i < 3; ++i) {
    f.col(12 + i) = theta.col(i).sin();
    f.col(15 + i) = (theta.col(i) - theta.col((i + 1) % 3)).sin();
  }
  return f;
}

/// ⟨f⟩ before and after one step from independent draws of the density: differences of the same
/// chains, whose error is that of what a step changes, 1e-3 of a standard deviation. False alarms:
/// 6 samplers × 18 functions at 5.2σ, 2e-7 each: 2.2e-5.
TEST_P(AngleKernel, LeavesItsDensityInvariant) {
  const XyModel model(test::frustrated_triangle(), 0.9);
  constexpr Index chains = 400'000;
  ChainState state;
  state.x = test::equilibrium_draws(model, chains);
  const Batch before = features(model, state.x);
  const auto sampler = test::make_angle_sampler(GetParam(), model);
  const Streams streams{29, 4, 0, Purpose::test};
  sampler->init(state, streams, chains);
  (void)sampler->step(state, streams);
  const Batch change = features(model, state.x) - before;
  const bool keeps_energy = GetParam() == "overrelaxation";
  const auto is_energy = [](Index f) { return f == 10 || f == 11; };
  for (Index f = 0; f < change.cols(); ++f) {
    const double spread = std::sqrt(change.col(f).square().mean());
    const double z = change.col(f).mean() / spread * std::sqrt(double(chains));
    if (keeps_energy && is_energy(f)) {
      EXPECT_LT(change.col(f).abs().maxCoeff(), 1e-13);
    } else {
      EXPECT_LT(std::abs(z), 5.2) << "function " << f;
    }
    if (!keeps_energy || !is_energy(f)) {
      EXPECT_GT(spread, 0.05) << "function " << f << " does not move";
    }
  }
  EXPECT_GT(state.x.minCoeff(), -pi);
  EXPECT_LE(state.x.maxCoeff(), pi);
  EXPECT_LT((state.log_p - model.log_density(state.x)).abs().maxCoeff(), 1e-13);
}

bool has_same_bits(const Batch& a, const Batch& b) {
  return a.rows() == b.rows() && a.cols() == b.cols() &&
         std::memcmp(a.data(), b.data(), sizeof(double) * static_cast<std::size_t>(a.size())) == 0;
}

/// A chain's numbers are its own: in one batch, in parts of it, and begun again in the middle.
TEST_P(AngleKernel, DoesNotDependOnTheChunkAndGoesOnFromItsState) {
  const XyModel model(make_graph(torus({4, 3})), 1.1);
  const Streams streams{7, 0, 100, Purpose::test};
  const auto walk = [&](ChainState& state, Index first, Index count, std::uint64_t step) {
    const auto sampler = test::make_angle_sampler(GetParam(), model);
    const Streams own = streams.from_chain(first);
    if (step == 0) sampler->init(state, own, count);
    for (std::uint64_t s = step; s < step + 3; ++s) (void)sampler->step(state, own.at_step(s + 1));
  };
  ChainState all, low, high;
  walk(all, 0, 19, 0);
  walk(all, 0, 19, 3);
  walk(low, 0, 6, 0);
  walk(low, 0, 6, 3);
  walk(high, 6, 13, 0);
  walk(high, 6, 13, 3);
  EXPECT_TRUE(has_same_bits(all.x.topRows(6), low.x));
  EXPECT_TRUE(has_same_bits(all.x.bottomRows(13), high.x));
  EXPECT_TRUE(has_same_bits(all.log_p.tail(13), high.log_p));
}

INSTANTIATE_TEST_SUITE_P(EverySampler, AngleKernel, ::testing::ValuesIn(test::angle_samplers()),
                         [](const auto& info) { return info.param; });

/// A step twice, with the reflections of the second in the order that undoes the first, is nothing.
TEST(Overrelaxation, OfASingleAngleIsAnInvolution) {
  Graph graph;
  graph.sites = 1;
  graph.field = {0.7};
  const XyModel model(graph, 1);
  const auto sampler = test::make_angle_sampler("overrelaxation", model);
  ChainState state;
  state.x = Column::LinSpaced(33, -3.1, 3.1);
  const Batch before = state.x;
  sampler->init(state, {}, 33);
  (void)sampler->step(state, {});
  EXPECT_LT((state.x + before).abs().maxCoeff(), 1e-15);  // about the field's angle, 0
  (void)sampler->step(state, {});
  EXPECT_LT((state.x - before).abs().maxCoeff(), 1e-15);
}

}  // namespace
}  // namespace nmc
