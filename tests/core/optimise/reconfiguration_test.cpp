#include "core/optimise/reconfiguration.hpp"

#include <gtest/gtest.h>

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <deque>
#include <utility>

#include "core/errors.hpp"

namespace nmc {
namespace {

/// Rows in blocks of three, of which some are held.
class BlocksOfThree final : public ScoreBlocks {
 public:
  BlocksOfThree(Eigen::MatrixXd O, Index held) : O_(std::move(O)), held_(held) {}
  [[nodiscard]] Index blocks() const override { return (O_.rows() + 2) / 3; }
  [[nodiscard]] Index rows() const override { return O_.rows(); }
  [[nodiscard]] Index parameters() const override { return O_.cols(); }
  [[nodiscard]] Index first_row(Index block) const override {
    return std::min(3 * block, O_.rows());
  }
  [[nodiscard]] Index held() const override { return held_; }
  [[nodiscard]] const Eigen::MatrixXd& block(Index k) override {
    kept_.push_back(O_.middleRows(first_row(k), first_row(k + 1) - first_row(k)));
    return kept_.back();
  }

 private:
  Eigen::MatrixXd O_;
  Index held_;
  std::deque<Eigen::MatrixXd> kept_{};
};

TEST(Reconfiguration, GivesTheSameBitsHoweverManyBlocksAreHeld) {
  const Eigen::MatrixXd O = Eigen::MatrixXd::Random(14, 11);
  const Eigen::VectorXd e = Eigen::VectorXd::Random(14);
  for (const Reconfigure form : {Reconfigure::parameters, Reconfigure::samples}) {
    BlocksOfThree all(O, 5), two(O, 2), three(O, 3);
    Reconfiguration a(11, {form, 0.3}), b(11, {form, 0.3}), c(11, {form, 0.3});
    for (int step = 0; step < 2; ++step) {
      const Eigen::VectorXd expected = a.direction({all, e, 14}, 0.01);
      EXPECT_EQ(expected, b.direction({two, e, 14}, 0.01));
      EXPECT_EQ(expected, c.direction({three, e, 14}, 0.01));
    }
  }
  BlocksOfThree one(O, 1);
  Reconfiguration samples(11, {Reconfigure::samples, 0});
  EXPECT_THROW((void)samples.direction({one, e, 14}, 0.01), UserError);
}

TEST(Reconfiguration, GivesTheSameDirectionInBothSpaces) {
  BlocksOfThree O(Eigen::MatrixXd::Random(7, 11), 2);
  Eigen::VectorXd e = Eigen::VectorXd::Random(7);
  const ScoreRows rows{O, e, 7};
  Reconfiguration parameters(11, {Reconfigure::parameters, 0.5}),
      samples(11, {Reconfigure::samples, 0.5});
  for (int step = 0; step < 3; ++step) {
    const Eigen::VectorXd a = parameters.direction(rows, 0.01), b = samples.direction(rows, 0.01);
    EXPECT_LT((a - b).norm(), 1e-11 * a.norm());
    e = Eigen::VectorXd::Random(7);
  }
  Reconfiguration plain(11);
  const Eigen::MatrixXd S = score_covariance(rows);
  const Eigen::VectorXd expected =
      (S + 0.01 * Eigen::MatrixXd::Identity(11, 11)).ldlt().solve(energy_gradient(rows));
  EXPECT_LT((plain.direction(rows, 0.01) - expected).norm(), 1e-11 * expected.norm());
}

TEST(Reconfiguration, GoesOnFromItsState) {
  BlocksOfThree O(Eigen::MatrixXd::Random(7, 5), 2);
  Eigen::VectorXd e = Eigen::VectorXd::Random(7);
  const ScoreRows rows{O, e, 7};
  Reconfiguration whole(5, {Reconfigure::samples, 0.9}), half(5, {Reconfigure::samples, 0.9});
  (void)whole.direction(rows, 0.1);
  half.set_state(whole.state());
  EXPECT_EQ(whole.direction(rows, 0.1), half.direction(rows, 0.1));
  e(3) = NAN;
  EXPECT_THROW((void)whole.direction(rows, 0.1), NumericalError);
}

}  // namespace
}  // namespace nmc
