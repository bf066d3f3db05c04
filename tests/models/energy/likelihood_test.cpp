#include "models/energy/likelihood.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "core/roles/all_states.hpp"
#include "models/energy/rbm_exact.hpp"
#include "tests/models/energy/zoo_machine.hpp"

namespace nmc {
namespace {

/// Bars and stripes of a square.
Batch patterns(Index L) {
  const Index half = Index{1} << L;
  Batch all(2 * half, L * L);
  for (Index m = 0; m < half; ++m)
    for (Index i = 0; i < L * L; ++i) {
      all(m, i) = static_cast<double>(m >> (i / L) & 1);
      all(half + m, i) = static_cast<double>(m >> (i % L) & 1);
    }
  return all;
}

TEST(DistinctRows, CountEachOnce) {
  const WeightedRows rows = distinct_rows(patterns(3));
  EXPECT_EQ(rows.v.rows(), 14);
  EXPECT_NEAR(rows.weight.sum(), 1, 1e-14);
  EXPECT_EQ(rows.weight(0), 2.0 / 16);  // all 0 is a bar and a stripe
}

TEST(ExactNll, HasItsGradientByDifferences) {
  for (const Units units : {Units::binary, Units::spin}) {
    Rbm rbm = test::random_machine({4, 3, units}, 0.5, 8);
    Batch v = patterns(2);
    if (units == Units::spin) v = 2 * v - 1;
    const WeightedRows rows = distinct_rows(v);
    std::vector<double> grad(rbm.parameters().size());
    EXPECT_EQ(exact_nll(rbm, rows, Threads{}, grad), exact_nll(rbm, rows, Threads{}, {}));
    constexpr double h = 1e-4;  // errors h² f‴/6 and 1e-16/h
    for (std::size_t k = 0; k < grad.size(); ++k) {
      const double at = rbm.parameters()[k];
      rbm.parameters()[k] = at + h;
      const double above = exact_nll(rbm, rows, Threads{}, {});
      rbm.parameters()[k] = at - h;
      EXPECT_NEAR(grad[k], (above - exact_nll(rbm, rows, Threads{}, {})) / (2 * h), 1e-7);
      rbm.parameters()[k] = at;
    }
  }
}

TEST(PseudoNll, IsTheSumOfTheConditionals) {
  for (const Units units : {Units::binary, Units::spin}) {
    const Rbm rbm = test::random_machine({5, 3, units}, 0.7, 4);
    const Batch v = all_states(rbm.support(), 5);
    Column expected = Column::Zero(v.rows());
    for (Index i = 0; i < 5; ++i) {
      Batch turned = v;
      turned.col(i) = units == Units::spin ? Column(-v.col(i)) : Column(1 - v.col(i));
      expected += (1 + (rbm.log_density(turned) - rbm.log_density(v)).exp()).log();
    }
    for (Index row = 0; row < v.rows(); ++row)
      EXPECT_NEAR(pseudo_nll(rbm, v.row(row)), expected(row), 1e-12);
  }
}

/// 3 x 3: every one of five starts comes within 1e-3 nats of the entropy.
TEST(ExactTraining, LearnsBarsAndStripesFromEveryStart) {
  const WeightedRows rows = distinct_rows(patterns(3));
  WeightedRows uniform = rows;
  uniform.weight.setConstant(1.0 / 14);
  const Threads threads;
  int found = 0;
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    ExactTraining training(Rbm::random({9, 6, Units::binary}, 0.3, seed), uniform, threads);
    for (int step = 0; step < 1000 && training.step(); ++step) continue;
    EXPECT_NEAR(training.nll(), exact_nll(training.machine(), uniform, threads, {}), 1e-12);
    found += training.nll() < std::log(14) + 1e-3 ? 1 : 0;
  }
  EXPECT_GE(found, 4);
}

TEST(ExactTraining, GoesOnFromItsStateBitForBit) {
  const WeightedRows rows = distinct_rows(patterns(2));
  const Threads threads;
  const Rbm start = Rbm::random({4, 3, Units::binary}, 0.3, 1);
  ExactTraining whole(start, rows, threads), first(start, rows, threads);
  for (int step = 0; step < 120; ++step) whole.step();
  for (int step = 0; step < 85; ++step) first.step();  // in the second of its penalties
  ExactTraining second(start, rows, threads);
  second.set_state(first.state());
  for (int step = 85; step < 120; ++step) second.step();
  EXPECT_EQ(whole.state(), second.state());
}

TEST(ExactTraining, RefusesTooManyUnits) {
  const WeightedRows rows{Batch::Zero(1, 40), Column::Ones(1)};
  EXPECT_THROW(ExactTraining(Rbm({40, 30, Units::binary}), rows, Threads{}), UserError);
  EXPECT_NO_THROW(require_exact({784, 20, Units::binary}));
}

}  // namespace
}  // namespace nmc
