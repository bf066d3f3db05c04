#include "models/energy/inverse_ising.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/random/streams.hpp"

namespace nmc {
namespace {

constexpr double kBeta = 0.35;

IsingShape torus_shape(Index L, bool has_fields) {
  IsingShape shape{.sites = L * L, .has_fields = has_fields};
  for (Index y = 0; y < L; ++y)
    for (Index x = 0; x < L; ++x) {
      shape.pairs.emplace_back(x + L * y, (x + 1) % L + L * y);
      shape.pairs.emplace_back(x + L * y, x + L * ((y + 1) % L));
    }
  return shape;
}

std::vector<double> uniform_couplings(const IsingShape& shape) {
  std::vector<double> theta(static_cast<std::size_t>(shape.parameters()), 0);
  std::fill_n(theta.begin(), shape.pairs.size(), kBeta);
  return theta;
}

/// ±beta, and small fields.
std::vector<double> glass_couplings(const IsingShape& shape) {
  std::vector<double> theta(static_cast<std::size_t>(shape.parameters()));
  Batch u(1, shape.parameters());
  fill_uniform({.seed = 2, .purpose = Purpose::disorder}, u);
  for (std::size_t k = 0; k < theta.size(); ++k) {
    const double here = u(0, static_cast<Index>(k));
    theta[k] = k < shape.pairs.size() ? (here < 0.5 ? -kBeta : kBeta) : 0.4 * (here - 0.5);
  }
  return theta;
}

/// All states with their probabilities, by the sum as it is written.
WeightedRows exact_rows(const IsingShape& shape, const std::vector<double>& theta) {
  const Index states = Index{1} << shape.sites;
  WeightedRows rows{Batch(states, shape.sites), Column(states)};
  for (Index state = 0; state < states; ++state) {
    for (Index i = 0; i < shape.sites; ++i) rows.v(state, i) = (state >> i & 1) == 0 ? 1 : -1;
    double log_p = 0;
    for (std::size_t k = 0; k < shape.pairs.size(); ++k)
      log_p +=
          theta[k] * rows.v(state, shape.pairs[k].first) * rows.v(state, shape.pairs[k].second);
    if (shape.has_fields)
      for (Index i = 0; i < shape.sites; ++i)
        log_p += theta[shape.pairs.size() + static_cast<std::size_t>(i)] * rows.v(state, i);
    rows.weight(state) = std::exp(log_p);
  }
  rows.weight /= rows.weight.sum();
  return rows;
}

/// `count` independent draws.
WeightedRows drawn_rows(const WeightedRows& exact, Index count) {
  std::vector<double> below(static_cast<std::size_t>(exact.weight.size()));
  double sum = 0;
  for (Index k = 0; k < exact.weight.size(); ++k)
    below[static_cast<std::size_t>(k)] = sum += exact.weight(k);
  Batch u(count, 1), v(count, exact.v.cols());
  fill_uniform({.seed = 3, .purpose = Purpose::test}, u);
  for (Index row = 0; row < count; ++row) {
    const auto at = std::ranges::upper_bound(below, u(row, 0) * sum) - below.begin();
    v.row(row) = exact.v.row(std::min<Index>(at, exact.v.rows() - 1));
  }
  return distinct_rows(v);
}

double largest(const std::vector<double>& numbers) {
  double most = 0;
  for (const double x : numbers) most = std::max(most, std::abs(x));
  return most;
}

TEST(InverseIsing, GradientsVanishAtTheTruth) {
  for (const bool has_fields : {false, true}) {
    const IsingShape shape = torus_shape(4, has_fields);
    const std::vector<double> theta = glass_couplings(shape);
    const WeightedRows rows = exact_rows(shape, theta);
    const Eigen::VectorXd means =
        sufficient_statistics(shape, rows.v).transpose() * rows.weight.matrix();
    std::vector<double> grad(theta.size());
    EXPECT_LT(ising_nll(shape, theta, means).grad.cwiseAbs().maxCoeff(), 1e-12);
    (void)ising_pseudo_nll(shape, theta, rows, grad);
    EXPECT_LT(largest(grad), 1e-12);
  }
}

TEST(InverseIsing, GradientsAgreeWithDifferences) {
  const IsingShape shape = torus_shape(3, true);
  std::vector<double> theta = glass_couplings(shape);
  const WeightedRows rows = drawn_rows(exact_rows(shape, theta), 300);
  const Eigen::VectorXd means =
      sufficient_statistics(shape, rows.v).transpose() * rows.weight.matrix();
  for (double& x : theta) x += 0.1;
  std::vector<double> grad(theta.size()), unused(theta.size());
  for (const bool is_exact : {true, false}) {
    const auto value = [&](std::span<double> to) {
      if (!is_exact) return ising_pseudo_nll(shape, theta, rows, to);
      const IsingNll nll = ising_nll(shape, theta, means);
      std::ranges::copy(nll.grad, to.begin());
      return nll.value;
    };
    (void)value(grad);
    constexpr double h = 1e-5;
    for (std::size_t k = 0; k < theta.size(); k += 4) {
      const double was = theta[k];
      theta[k] = was + h;
      const double ahead = value(unused);
      theta[k] = was - h;
      EXPECT_NEAR(grad[k], (ahead - value(unused)) / (2 * h), 1e-8);
      theta[k] = was;
    }
  }
}

/// Blocks and their order: 2^13 states are two of them.
TEST(InverseIsing, MomentsAreThoseOfThePlainSumForAnyThreads) {
  IsingShape shape{.sites = 13, .pairs = all_pairs(13)};
  std::vector<double> theta = glass_couplings(shape);
  for (double& x : theta) x *= 0.3;
  const WeightedRows rows = exact_rows(shape, theta);
  const Eigen::VectorXd means =
      sufficient_statistics(shape, rows.v).transpose() * rows.weight.matrix();
  const IsingMoments one = exact_moments(shape, theta),
                     three = exact_moments(shape, theta, Threads(3));
  EXPECT_LT((one.means - means).cwiseAbs().maxCoeff(), 1e-13);
  EXPECT_EQ(one.log_z, three.log_z);
  EXPECT_TRUE(one.means == three.means);
  const Eigen::MatrixXd f = sufficient_statistics(shape, rows.v);
  const Eigen::MatrixXd plain =
      f.transpose() * (f.array().colwise() * rows.weight).matrix() - means * means.transpose();
  EXPECT_LT((fisher_information(shape, theta) - plain).cwiseAbs().maxCoeff(), 1e-12);
}

/// Couplings from 1e5 independent configurations. Errors are right if z is standard normal: at most
/// 3 of all but one in 20, and mean z² near 1 within 4.5 of its errors.
void expect_recovered(const IsingShape& shape, const std::vector<double>& truth,
                      IsingMethod method) {
  constexpr Index kRows = 100000;
  const WeightedRows rows = drawn_rows(exact_rows(shape, truth), kRows);
  const Threads threads;
  InverseIsing learned(shape, rows, {method, 0}, threads);
  while (learned.step()) {
  }
  const Eigen::VectorXd errors = learned.errors(kRows);
  double squares = 0, most = 0;
  for (std::size_t k = 0; k < truth.size(); ++k) {
    const double z = (learned.theta()[k] - truth[k]) / errors(static_cast<Index>(k));
    squares += z * z;
    most = std::max(most, std::abs(z));
  }
  const auto count = static_cast<double>(truth.size());
  EXPECT_LT(most, 3);
  EXPECT_NEAR(squares / count, 1, 4.5 * std::sqrt(2 / count));
}

TEST(InverseIsing, RecoversIsingAndAGlassWithinTheirErrors) {
  for (const IsingMethod method : {IsingMethod::exact, IsingMethod::pseudo}) {
    const IsingShape ising = torus_shape(4, false), glass = torus_shape(4, true);
    expect_recovered(ising, uniform_couplings(ising), method);
    expect_recovered(glass, glass_couplings(glass), method);
  }
}

TEST(InverseIsing, GoesOnFromItsStateToTheSameBits) {
  const IsingShape shape = torus_shape(3, true);
  const WeightedRows rows = drawn_rows(exact_rows(shape, glass_couplings(shape)), 2000);
  const Threads threads;
  for (const int stop : {2, 12}) {  // in the pseudo-likelihood, and behind it
    InverseIsing whole(shape, rows, {}, threads), rest(shape, rows, {}, threads);
    for (int step = 0; step < stop; ++step) ASSERT_TRUE(whole.step());
    rest.set_state(whole.state());
    while (whole.step()) {
    }
    while (rest.step()) {
    }
    EXPECT_TRUE(std::ranges::equal(whole.theta(), rest.theta()));
    EXPECT_TRUE(rest.is_exact());
  }
}

TEST(InverseIsing, RefusesInfiniteCouplingsAndSumsThatAreTooLong) {
  const Threads threads;
  Batch v(4, 3);
  v << 1, 1, 1, 1, 1, -1, -1, -1, 1, -1, -1, -1;  // spins 0 and 1 are always equal
  const WeightedRows rows = distinct_rows(v);
  const IsingShape shape{.sites = 3, .pairs = all_pairs(3)};
  EXPECT_THROW(InverseIsing(shape, rows, {}, threads), UserError);
  EXPECT_NO_THROW(InverseIsing(shape, rows, {IsingMethod::exact, 0.1}, threads));
  Batch many(2, 21);
  many.row(0).setOnes();
  many.row(1).setConstant(-1);
  const WeightedRows long_rows = distinct_rows(many);
  const IsingShape large{.sites = 21, .pairs = {{0, 1}}};
  EXPECT_THROW(InverseIsing(large, long_rows, {IsingMethod::exact, 0.1}, threads), UserError);
}

}  // namespace
}  // namespace nmc
