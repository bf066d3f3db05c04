#include <gtest/gtest.h>

#include <functional>

#include "core/linear/factors.hpp"
#include "samplers/hamiltonian/hmc.hpp"
#include "samplers/learned/learned_moves.hpp"
#include "tests/samplers/learned/learned_maps.hpp"
#include "tests/samplers/test_densities.hpp"

namespace nmc {
namespace {

constexpr Index kSites = 3, kChains = 70;

/// A sheared and shifted coordinate system, so that L and μ are seen where they are forgotten.
void set_coordinates(Whitened& whitened) {
  Mass mass(MassKind::dense, kSites);
  Eigen::Matrix3d covariance;
  covariance << 1.2, 0.3, -0.1, 0.3, 0.8, 0.2, -0.1, 0.2, 0.9;
  mass.set_covariance(covariance);
  whitened.set(mass, Eigen::Vector3d(0.1, -0.2, 0.3));
}

PhasePoint point_of(const Whitened& whitened) {
  PhasePoint point{Batch(kChains, kSites), Batch(kChains, kSites)};
  fill_normal({.seed = 1, .purpose = Purpose::test}, point.y);
  fill_normal({.seed = 2, .purpose = Purpose::test}, point.v);
  point.log_p = whitened.log_density_grad(point.y, point.grad);
  return point;
}

struct Case {
  const char* name;
  std::function<std::unique_ptr<LearnedMap>()> make;
};
const Case kCases[] = {
    {"leapfrog",
     [] { return std::make_unique<GeneralisedLeapfrog>(test::drawn_leapfrog(kSites, 3)); }},
    {"shears", [] { return std::make_unique<AdditiveMap>(test::drawn_shears(kSites)); }},
    {"radial_shears",
     [] { return std::make_unique<AdditiveMap>(test::drawn_shears(kSites, true)); }}};

class LearnedMapTest : public testing::TestWithParam<Case> {};

TEST_P(LearnedMapTest, ComesBackWithinRounding) {
  const test::Quartic target(kSites);
  Whitened whitened(target);
  set_coordinates(whitened);
  const auto map = GetParam().make();
  const PhasePoint from = point_of(whitened);
  PhasePoint point = from;
  const Column there = map->move(whitened, false, point);
  EXPECT_GT((point.y - from.y).abs().mean(), 0.1);
  const Column back = map->move(whitened, true, point);
  EXPECT_LT((point.y - from.y).abs().maxCoeff(), 1e-12);
  EXPECT_LT((point.v - from.v).abs().maxCoeff(), 1e-12);
  EXPECT_LT((there + back).abs().maxCoeff(), 1e-12);
}

TEST_P(LearnedMapTest, KnowsItsDeterminant) {
  const test::Quartic target(kSites);
  Whitened whitened(target);
  set_coordinates(whitened);
  const auto map = GetParam().make();
  const PhasePoint all = point_of(whitened);
  constexpr double h = 1e-4;  // central differences: h² = 1e-8 of third derivatives
  for (const Index row : {0, 7}) {
    PhasePoint from{all.y.row(row), all.v.row(row)};
    from.log_p = whitened.log_density_grad(from.y, from.grad);
    PhasePoint end = from;
    const Column log_det = map->move(whitened, false, end);
    Eigen::MatrixXd jacobian(2 * kSites, 2 * kSites);
    for (Index k = 0; k < 2 * kSites; ++k) {
      const auto moved = [&](double by) {
        PhasePoint at = from;
        (k < kSites ? at.y : at.v)(0, k % kSites) += by;
        at.log_p = whitened.log_density_grad(at.y, at.grad);
        map->move(whitened, false, at);
        Eigen::VectorXd both(2 * kSites);
        both << at.y.row(0).matrix().transpose(), at.v.row(0).matrix().transpose();
        return both;
      };
      jacobian.col(k) = (moved(h) - moved(-h)) / (2 * h);
    }
    EXPECT_NEAR(log_det(0), std::log(std::abs(linear::determinant(jacobian))), 1e-5);
  }
}

TEST_P(LearnedMapTest, LossGradientAgreesWithDifferences) {
  const test::Quartic target(kSites);
  Whitened whitened(target);
  set_coordinates(whitened);
  const auto map = GetParam().make();
  const PhasePoint from = point_of(whitened);
  const std::span<double> parameters = map->parameters();
  std::vector<double> grad(parameters.size(), 0), unused(parameters.size(), 0);
  map->add_loss_gradient(whitened, from, grad);
  constexpr double h = 1e-5;
  const auto loss_at = [&](std::size_t k, double value) {
    parameters[k] = value;
    map->parameters_changed();
    return map->add_loss_gradient(whitened, from, unused);
  };
  double largest = 0;
  for (std::size_t k = 0; k < parameters.size(); k += 5) {
    const double was = parameters[k];
    const double slope = (loss_at(k, was + h) - loss_at(k, was - h)) / (2 * h);
    (void)loss_at(k, was);
    // The curvature is one of differences, and min[1, e^r] has a kink: 1e-6 of slopes of size 1.
    EXPECT_NEAR(grad[k], slope, 2e-6) << k;
    largest = std::max(largest, std::abs(slope));
  }
  EXPECT_GT(largest, 1e-2);
}

INSTANTIATE_TEST_SUITE_P(Maps, LearnedMapTest, testing::ValuesIn(kCases),
                         [](const auto& info) { return info.param.name; });

TEST(GeneralisedLeapfrog, WithoutNetsIsHmcBitForBitInBothDirections) {
  const test::Quartic target(kSites);
  HmcOptions options;
  options.step_size = 0.37;
  options.n_steps = 4;
  const HmcTrajectory hmc(target, options);
  auto map = std::make_unique<GeneralisedLeapfrog>(
      GeneralisedLeapfrog::Shape{.sites = kSites, .steps = 4, .hidden = 5});
  map->set_step_size(options.step_size);
  const LearnedMoves moves(target, std::move(map), 1);
  const Streams streams{.seed = 3};
  ChainState state;
  moves.init(state, streams, kChains);
  Batch v(kChains, kSites);
  fill_normal(streams.with(Purpose::momentum), v);
  Column direction = Column::Ones(kChains);
  for (Index row = 0; row < kChains; row += 3) direction(row) = -1;
  const Proposed ours = moves.travel(state, v, direction);
  const Proposed theirs =
      hmc.travel(state, v.colwise() * direction, Column::Constant(kChains, options.step_size));
  EXPECT_TRUE((ours.next.x == theirs.next.x).all());
  EXPECT_TRUE((ours.next.log_p == theirs.next.log_p).all());
  EXPECT_TRUE((ours.next.grad == theirs.next.grad).all());
  EXPECT_TRUE((ours.log_ratio == theirs.log_ratio).all());
}

TEST(AdditiveMap, BeginsAsAReflectionWithNoise) {
  const test::Quartic target(kSites);
  const Whitened whitened(target);
  const AdditiveMap map({.sites = kSites, .reflection = 4});
  PhasePoint point = point_of(whitened);
  const PhasePoint from = point;
  map.move(whitened, false, point);
  EXPECT_LT((point.y + from.y + 0.5 * from.v).abs().maxCoeff(), 1e-12);
  EXPECT_LT((point.v + from.v).abs().maxCoeff(), 1e-12);
}

}  // namespace
}  // namespace nmc
