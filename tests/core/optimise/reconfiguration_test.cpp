#include "core/optimise/reconfiguration.hpp"

#include <gtest/gtest.h>

#include <Eigen/Cholesky>
#include <cmath>

#include "core/errors.hpp"

namespace nmc {
namespace {

TEST(Reconfiguration, GivesTheSameDirectionInBothSpaces) {
  ScoreRows rows{Eigen::MatrixXd::Random(7, 11), Eigen::VectorXd::Random(7), 7};
  Reconfiguration parameters(11, {Reconfigure::parameters, 0.5}),
      samples(11, {Reconfigure::samples, 0.5});
  for (int step = 0; step < 3; ++step) {
    const Eigen::VectorXd a = parameters.direction(rows, 0.01), b = samples.direction(rows, 0.01);
    EXPECT_LT((a - b).norm(), 1e-11 * a.norm());
    rows.e = Eigen::VectorXd::Random(7);
  }
  Reconfiguration plain(11);
  const Eigen::MatrixXd S = score_covariance(rows);
  const Eigen::VectorXd expected =
      (S + 0.01 * Eigen::MatrixXd::Identity(11, 11)).ldlt().solve(energy_gradient(rows));
  EXPECT_LT((plain.direction(rows, 0.01) - expected).norm(), 1e-11 * expected.norm());
}

TEST(Reconfiguration, GoesOnFromItsState) {
  ScoreRows rows{Eigen::MatrixXd::Random(7, 5), Eigen::VectorXd::Random(7), 7};
  Reconfiguration whole(5, {Reconfigure::samples, 0.9}), half(5, {Reconfigure::samples, 0.9});
  (void)whole.direction(rows, 0.1);
  half.set_state(whole.state());
  EXPECT_EQ(whole.direction(rows, 0.1), half.direction(rows, 0.1));
  rows.e(3) = NAN;
  EXPECT_THROW((void)whole.direction(rows, 0.1), NumericalError);
}

}  // namespace
}  // namespace nmc
