#include <gtest/gtest.h>

#include <array>

#include "core/linear/factors.hpp"
#include "tests/contracts/causal_architectures.hpp"
#include "tests/contracts/kernels_under_test.hpp"

/// The dual field with its spins as Blocks: two coupled sites in fields.
namespace nmc {
namespace {

constexpr Index kPoints = 50;

Batch some_fields() {
  Batch x(kPoints, 2);
  fill_normal({17, 0, 0, Purpose::test}, x);
  return x;
}

/// ln joint of every point with spins number `state`.
Column joint(const Blocks& blocks, Index state) {
  const Batch spins = test::all_configurations(2).row(state).replicate(kPoints, 1);
  const std::array<Batch, 2> all{some_fields(), spins};
  return blocks.log_joint(all);
}

template <class Dual>
void expect_sum_is_density(const Dual& dual) {
  Column sum = Column::Zero(kPoints);
  for (Index state = 0; state < 4; ++state) sum += joint(dual, state).exp();
  EXPECT_LT((sum.log() - dual.log_density(some_fields())).abs().maxCoeff(), 1e-13);
}

TEST(DualBlocks, SumOverTheSpinsIsTheDensityOfTheField) {
  const auto field = test::small_field(2);
  expect_sum_is_density(*field);
  expect_sum_is_density(DualStencil(field->graph(), field->beta()));
}

/// p(x | s) is N(mean, F Fᵀ) with mean and F read off draw(): joint and it differ by what s alone
/// makes of it.
TEST(DualBlocks, DrawTheFieldByTheJoint) {
  const auto field = test::small_field(2);
  const DualStencil stencil(field->graph(), field->beta());
  for (const Blocks* blocks :
       {static_cast<const Blocks*>(field.get()), static_cast<const Blocks*>(&stencil)})
    for (Index state = 0; state < 4; ++state) {
      const std::array<Batch, 2> all{Batch(), test::all_configurations(2).row(state)};
      const Batch mean = blocks->draw(0, all, Batch::Zero(1, 2));
      Eigen::MatrixXd factor(2, 2);
      for (Index j = 0; j < 2; ++j) {
        Batch unit = Batch::Zero(1, 2);
        unit(0, j) = 1;
        factor.col(j) = (blocks->draw(0, all, unit) - mean).matrix().transpose();
      }
      const Eigen::MatrixXd away = (some_fields().rowwise() - mean.row(0)).matrix();
      const Eigen::MatrixXd white = linear::inverse(factor) * away.transpose();
      const Column rest =
          joint(*blocks, state) + 0.5 * white.colwise().squaredNorm().transpose().array();
      EXPECT_LT(rest.maxCoeff() - rest.minCoeff(), 1e-12);
    }
}

TEST(DualBlocks, DrawTheSpinsByTheJoint) {
  const auto field = test::small_field(2);
  const std::array<Batch, 2> all{some_fields(), Batch()};
  Column z = Column::Zero(kPoints);
  for (Index state = 0; state < 4; ++state) z += joint(*field, state).exp();
  for (Index i = 0; i < 2; ++i) {
    Column up = Column::Zero(kPoints);
    for (Index state = 0; state < 4; ++state)
      if ((state >> i & 1) != 0) up += joint(*field, state).exp() / z;
    const Batch below = (up - 1e-12).replicate(1, 2), above = (up + 1e-12).replicate(1, 2);
    EXPECT_TRUE((field->draw(1, all, below).col(i) == 1).all());
    EXPECT_TRUE((field->draw(1, all, above).col(i) == -1).all());
  }
}

}  // namespace
}  // namespace nmc
