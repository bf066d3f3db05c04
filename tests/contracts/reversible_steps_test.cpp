#include "samplers/proposal/reversible_steps.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <type_traits>

#include "samplers/gibbs/updated_block_gibbs.hpp"
#include "samplers/local/local_spins.hpp"
#include "samplers/proposal/random_walk.hpp"
#include "tests/contracts/all_outcomes.hpp"
#include "tests/contracts/blocks_matrix.hpp"
#include "tests/contracts/chain_classes.hpp"
#include "tests/contracts/frequencies.hpp"
#include "tests/contracts/tiny_rbm.hpp"
#include "tests/samplers/test_densities.hpp"

/// An RBM that proposes for a density that is not its own: πP = π with P multiplied out over all
/// states of three spins, and the steps of the classes are that P.
namespace nmc {
namespace {

// What is not reversible by type is no proposal.
static_assert(std::is_constructible_v<ReversibleSteps, BlockGibbs&, Index>);
static_assert(std::is_constructible_v<ReversibleSteps, MetropolisHastings&, Index>);
static_assert(!std::is_constructible_v<ReversibleSteps, LocalSpins&, Index>);
static_assert(!std::is_constructible_v<ReversibleSteps, UpdatedBlockGibbs&, Index>);

const test::TinyRbm& rbm() {
  static const test::TinyRbm machine({0.2, -0.3, 0.4, 0.5, -0.2, 0.8, -0.6, 0.7, -0.5, 0.9, 0.4});
  return machine;
}

/// ln p(s) = ½ s₀s₁ − 0.7 s₁s₂ + 0.3 s₀s₂ + 0.2 s₀ − 0.4 s₁ + 0.3 s₂.
class ThreeSpins final : public Target {
 public:
  [[nodiscard]] Index sites() const override { return 3; }
  [[nodiscard]] Support support() const override { return Support::spin; }
  [[nodiscard]] Column log_density(const Batch& s) const override {
    return 0.5 * s.col(0) * s.col(1) - 0.7 * s.col(1) * s.col(2) + 0.3 * s.col(0) * s.col(2) +
           0.2 * s.col(0) - 0.4 * s.col(1) + 0.3 * s.col(2);
  }
};

const Batch& visible_states() {
  static const Batch all = test::all_configurations(3);
  return all;
}

Column log_target() {
  return ThreeSpins().log_density(visible_states());
}

/// min[1, π(s') π̃(s) / (π(s) π̃(s'))].
double acceptance(Index s, Index to) {
  const Column weight = log_target() - rbm().log_density(visible_states());
  return std::exp(std::min(weight(to) - weight(s), 0.0));
}

/// What is proposed by T, decided by the ratio of a reversible proposal.
Eigen::MatrixXd decided(const Eigen::MatrixXd& T) {
  Eigen::MatrixXd P = Eigen::MatrixXd::Zero(8, 8);
  for (Index s = 0; s < 8; ++s) {
    for (Index to = 0; to < 8; ++to)
      if (to != s) P(s, to) = T(s, to) * acceptance(s, to);
    P(s, s) = 1 - P.row(s).sum();
  }
  return P;
}

Eigen::MatrixXd power(const Eigen::MatrixXd& T, Index k) {
  Eigen::MatrixXd product = T;
  for (Index i = 1; i < k; ++i) product = (product * T).eval();
  return product;
}

TEST(ReversibleBlocks, SumToTheDensityOfBlockZeroAndDrawByTheirJoint) {
  const Column sum = test::log_joint_table(rbm()).array().exp().rowwise().sum();
  EXPECT_LT((sum.log() - rbm().log_density(visible_states())).abs().maxCoeff(), 1e-14);
  const Eigen::MatrixXd drawn = test::block_gibbs_matrix(rbm());
  const Eigen::MatrixXd joint = test::block_gibbs_matrix_of_joint(rbm());
  EXPECT_LT((drawn - joint).cwiseAbs().maxCoeff(), 1e-14);
}

TEST(ReversibleBlocks, GradientOfTheEnergyModelIsThatOfItsDensity) {
  test::TinyRbm moved = rbm();
  Column weight(8);
  weight << 0.3, -1, 0.5, 2, -0.7, 0.1, 1, -0.2;
  std::vector<double> grad(moved.parameters().size(), 0.5);
  rbm().add_grad(visible_states(), weight, grad);
  constexpr double h = 1e-4;  // errors h² f‴/6 and 1e-16/h
  for (std::size_t k = 0; k < grad.size(); ++k) {
    const double at = moved.parameters()[k];
    const auto value = [&](double theta) {
      moved.parameters()[k] = theta;
      moved.parameters_changed();
      return (weight * moved.log_density(visible_states())).sum();
    };
    EXPECT_NEAR(grad[k] - 0.5, (value(at + h) - value(at - h)) / (2 * h), 1e-7);
    moved.parameters()[k] = at;
  }
}

TEST(ReversibleBlocks, AreInDetailedBalanceWithBlockZeroAndReachAllOfIt) {
  const Eigen::VectorXd pi = test::normalised(rbm().log_density(visible_states()));
  const Eigen::MatrixXd T = test::block_gibbs_matrix(rbm());
  EXPECT_LT(test::stationarity_defect(pi, T), test::kBar);
  EXPECT_LT(test::detailed_balance_defect(pi, T), test::kBar);
  EXPECT_TRUE(test::classes_of(test::successors(T)).is_ergodic());
}

TEST(ReversibleContract, LeavesAnotherTargetInvariantAndReachesAllOfIt) {
  const Eigen::VectorXd pi = test::normalised(log_target());
  const Eigen::VectorXd own = test::normalised(rbm().log_density(visible_states()));
  EXPECT_GT((own - pi).cwiseAbs().sum(), 0.3);
  for (const Index k : {1, 2, 5}) {
    const Eigen::MatrixXd P = decided(power(test::block_gibbs_matrix(rbm()), k));
    EXPECT_LT(test::stationarity_defect(pi, P), test::kBar);
    EXPECT_LT(test::detailed_balance_defect(pi, P), test::kBar);
    EXPECT_TRUE(test::classes_of(test::successors(P)).is_ergodic());
  }
}

/// The trap. A heat-bath sweep over the three spins in turn leaves the machine's density invariant
/// as block Gibbs does, but T(s → s') and T(s' → s) have another ratio.
TEST(ReversibleContract, FailsForASweepThatIsInvariantAndNotReversible) {
  const Eigen::VectorXd pi = test::normalised(log_target());
  const Eigen::VectorXd own = test::normalised(rbm().log_density(visible_states()));
  Eigen::MatrixXd sweep = Eigen::MatrixXd::Identity(8, 8);
  for (Index site = 0; site < 3; ++site) {
    Eigen::MatrixXd heat_bath = Eigen::MatrixXd::Zero(8, 8);
    for (Index s = 0; s < 8; ++s) {
      const Index flipped = s ^ (Index{1} << site);
      heat_bath(s, flipped) = own(flipped) / (own(s) + own(flipped));
      heat_bath(s, s) = 1 - heat_bath(s, flipped);
    }
    sweep = (sweep * heat_bath).eval();
  }
  EXPECT_LT(test::stationarity_defect(own, sweep), 1e-15);
  EXPECT_GT(test::detailed_balance_defect(own, sweep), 1e-2);
  EXPECT_GT(test::stationarity_defect(pi, decided(sweep)), 1e-2);
  EXPECT_LT(test::stationarity_defect(pi, decided(test::block_gibbs_matrix(rbm()))), 1e-15);
}

/// Chains that all start in one state: chi^2 of one step against its row of P, 1e-7 each, and every
/// decision against the ratio.
TEST(ReversibleStep, IsTheKernelOfTheEnumeration) {
  constexpr Index kChains = 20000;
  const ThreeSpins target;
  BlockGibbs gibbs(rbm(), rbm());
  for (const Index k : {1, 3}) {
    const MetropolisHastings sampler(target, std::make_unique<ReversibleSteps>(gibbs, k));
    const Eigen::MatrixXd P = decided(power(test::block_gibbs_matrix(rbm()), k));
    for (Index from = 0; from < 8; ++from) {
      const Streams streams{21, static_cast<std::uint64_t>(from + 1), 0, Purpose::test};
      ChainState state;
      state.x = visible_states().row(from).replicate(kChains, 1);
      sampler.init(state, streams, kChains);
      const StepInfo info = sampler.step(state, streams);
      EXPECT_GT(test::agreement(test::counts(state.x), P.row(from).transpose().array()), 1e-7);
      EXPECT_TRUE((state.log_p == target.log_density(state.x)).all());
      for (Index c = 0; c < kChains; ++c) {
        const Index to = test::configuration_number(state.x, c);
        if (info.accepted(c) == 0) continue;
        EXPECT_NEAR(info.acceptance(c), acceptance(from, to), 1e-13);
      }
    }
  }
}

/// Whose own density is the target is always accepted: ln π̃ cancels against ln π, and a kernel that
/// decides itself does so by other numbers than the outer one.
TEST(ReversibleStep, OfAKernelOfTheTargetItselfIsAlwaysAccepted) {
  const test::Quartic quartic(2);
  RandomWalkOptions options;
  options.target_acceptance = 0;
  MetropolisHastings walk = random_walk_sampler(quartic, options);
  const MetropolisHastings sampler(quartic, std::make_unique<ReversibleSteps>(walk, 4));
  ChainState state;
  sampler.init(state, {3, 0, 0, Purpose::test}, 500);
  for (std::uint64_t step = 1; step <= 5; ++step) {
    const Batch before = state.x;
    const StepInfo info = sampler.step(state, {3, step, 0, Purpose::test});
    EXPECT_GT(info.acceptance.minCoeff(), 1 - 1e-12);
    EXPECT_GT((state.x != before).rowwise().any().cast<double>().mean(), 0.5);
  }
}

TEST(ReversibleStep, RefusesAKernelThatIsTunedAndThreeBlocks) {
  const test::Quartic quartic(2);
  MetropolisHastings tuned = random_walk_sampler(quartic, {});
  EXPECT_THROW(ReversibleSteps(tuned, 1), UserError);
  class Three final : public Blocks {
   public:
    [[nodiscard]] const std::vector<Shape>& shapes() const override { return shapes_; }
    [[nodiscard]] Batch draw(Index, std::span<const Batch>, const Batch& u) const override {
      return u;
    }
    [[nodiscard]] Column log_joint(std::span<const Batch>) const override { return {}; }

   private:
    std::vector<Shape> shapes_ = std::vector<Shape>(3, {3, Support::spin});
  };
  EXPECT_THROW(BlockGibbs(Three(), rbm()), UserError);
}

}  // namespace
}  // namespace nmc
