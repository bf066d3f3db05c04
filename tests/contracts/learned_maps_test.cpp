#include <gtest/gtest.h>

#include "samplers/learned/learned_moves.hpp"
#include "tests/contracts/kernels_under_test.hpp"
#include "tests/samplers/learned/learned_maps.hpp"

/// πP = π of learned maps by quadrature, with parameters that no training would leave, and with the
/// ratio forgotten.
namespace nmc {
namespace {

constexpr double kSeenFault = 1e-4;
enum class Fault { none, no_log_det, no_momenta, no_warp, forward_alone };
enum class Coordinates { linear, warped };

/// One direction of the proposal.
test::OneSiteKernel::Propose one_way(const LearnedMoves& moves, const Target& target,
                                     double direction, Fault fault) {
  return [&moves, &target, direction, fault](const Batch& x, double xi, Batch& to, Column& ratio) {
    ChainState state;
    state.x = x;
    moves.init(state, {}, x.rows());
    const Batch v = Batch::Constant(x.rows(), 1, xi);
    Proposed end = moves.travel(state, v, Column::Constant(x.rows(), direction));
    Column log_ratio = end.log_ratio;
    if (fault != Fault::none && fault != Fault::forward_alone) {
      PhasePoint point{moves.whitened().to_y(x), v};
      if (moves.map().needs_gradient()) point.grad = moves.whitened().pulled_back(state.grad);
      const Column log_det = moves.map().move(moves.whitened(), direction < 0, point);
      const Column by_warp =
          moves.whitened().log_det(point.y) - moves.whitened().log_det(moves.whitened().to_y(x));
      log_ratio = fault == Fault::no_log_det ? Column(log_ratio - log_det)
                  : fault == Fault::no_warp  ? Column(log_ratio - by_warp)
                                             : log_det;
    }
    ratio = (target.log_density(end.next.x) - target.log_density(x)) + log_ratio;
    to = std::move(end.next.x);
  };
}

double map_defect(std::unique_ptr<LearnedMap> map, Fault fault,
                  Coordinates coordinates = Coordinates::linear) {
  const test::Tilted target;
  LearnedMoves moves(target, std::move(map), 1);
  Mass mass(MassKind::dense, 1);
  mass.set_covariance(Eigen::MatrixXd::Constant(1, 1, 0.7));
  const Eigen::VectorXd mean = Eigen::VectorXd::Constant(1, 0.2);
  moves.whitened().set(mass, mean);
  if (coordinates == Coordinates::warped)
    moves.whitened().set(
        {mean, Eigen::MatrixXd::Constant(1, 1, 0.8), RadialWarp(1, 6, {0.8, 0.9})});
  test::OneSiteKernel kernel;
  kernel.propose = one_way(moves, target, 1, fault);
  if (fault != Fault::forward_alone) kernel.propose_back = one_way(moves, target, -1, fault);
  kernel.log_density = [&target](const Batch& x) { return target.log_density(x); };
  return test::invariance_defect(kernel);
}

std::unique_ptr<LearnedMap> small_leapfrog() {
  GeneralisedLeapfrog map({.sites = 1, .steps = 1, .hidden = 3});
  map.set_step_size(0.5);
  return std::make_unique<GeneralisedLeapfrog>(test::drawn_map(std::move(map), 0.5));
}

std::unique_ptr<LearnedMap> small_shears() {
  return std::make_unique<AdditiveMap>(
      test::drawn_map(AdditiveMap({.sites = 1, .shears = 3, .hidden = 4}), 0.5));
}

TEST(LearnedMapContract, LeavesItsTargetInvariant) {
  // 1e-10 as of the other kernels.
  EXPECT_LT(map_defect(small_leapfrog(), Fault::none), 1e-10);
  EXPECT_LT(map_defect(small_shears(), Fault::none), 1e-10);
}

// ln ρ' has a kink at 0, which costs the quadrature digits and time, and is kept small.
TEST(LearnedMapContract, LeavesItsTargetInvariantInWarpedCoordinates) {
  EXPECT_LT(map_defect(small_shears(), Fault::none, Coordinates::warped), 1e-8);
  EXPECT_GT(map_defect(small_shears(), Fault::no_warp, Coordinates::warped), kSeenFault);
}

TEST(LearnedMapContract, SeesAForgottenRatio) {
  EXPECT_GT(map_defect(small_leapfrog(), Fault::no_log_det), kSeenFault);
  EXPECT_GT(map_defect(small_shears(), Fault::no_momenta), kSeenFault);
}

TEST(LearnedMapContract, SeesAMissingInverse) {
  EXPECT_GT(map_defect(small_leapfrog(), Fault::forward_alone), kSeenFault);
  EXPECT_GT(map_defect(small_shears(), Fault::forward_alone), kSeenFault);
}

}  // namespace
}  // namespace nmc
