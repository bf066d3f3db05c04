#include "models/generators/vae.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <concepts>
#include <fstream>
#include <nlohmann/json.hpp>

#include "core/linear/factors.hpp"
#include "core/roles/model.hpp"
#include "models/generators/generator_training.hpp"
#include "models/generators/gradient_noise.hpp"
#include "tests/support/paths.hpp"

/// Autoencoders against the linear one, whose density is known (tests/data/flows/linear_vae.json).
namespace nmc {
namespace {

using Json = nlohmann::json;

// What has no ln q is no model by type, and nothing that proposes takes it.
static_assert(!std::derived_from<Vae, Model>);
static_assert(!std::derived_from<PushForward, Model>);
static_assert(!std::derived_from<Generator, Model>);

constexpr Index kUnits = 5, kLatent = 2;

Json reference() {
  return Json::parse(std::ifstream(tests::test_data() + "/flows/linear_vae.json"));
}

Eigen::MatrixXd matrix_of(const Json& rows) {
  Eigen::MatrixXd matrix(std::ssize(rows), std::ssize(rows[0]));
  for (Index r = 0; r < matrix.rows(); ++r)
    for (Index c = 0; c < matrix.cols(); ++c)
      matrix(r, c) = rows[static_cast<std::size_t>(r)][static_cast<std::size_t>(c)].get<double>();
  return matrix;
}

Column column_of(const Json& numbers) {
  const auto all = numbers.get<std::vector<double>>();
  return Eigen::Map<const Column>(all.data(), std::ssize(all));
}

void append_rows(const Eigen::MatrixXd& matrix, std::vector<double>& all) {
  for (Index r = 0; r < matrix.rows(); ++r)
    for (Index c = 0; c < matrix.cols(); ++c) all.push_back(matrix(r, c));
}

/// The linear autoencoder of the reference with the best encoder of independent numbers: the mean
/// of the posterior, and the diagonal of its inverse covariance.
Vae linear_vae() {
  const Json data = reference();
  const Eigen::MatrixXd W = matrix_of(data["W"]);
  const Eigen::VectorXd mu = column_of(data["mu"]).matrix();
  const double variance = data["sigma2"].get<double>();
  const Eigen::MatrixXd precision =
      Eigen::MatrixXd::Identity(kLatent, kLatent) + W.transpose() * W / variance;
  const Eigen::MatrixXd gain = linear::inverse(precision) * W.transpose() / variance;
  std::vector<double> theta;
  append_rows(W, theta);
  append_rows(mu, theta);
  append_rows(gain, theta);
  append_rows(Eigen::MatrixXd::Zero(kLatent, kUnits), theta);
  append_rows(-gain * mu, theta);
  append_rows((-0.5 * precision.diagonal().array().log()).matrix(), theta);
  theta.push_back(0.5 * std::log(variance));
  return {{kUnits, kLatent, 0}, {Column::Zero(kUnits), 1}, std::move(theta)};
}

Batch reference_rows() {
  return matrix_of(reference()["data"]).array();
}

Batch constant_noise(Index rows, Index direction, double value) {
  Batch noise = Batch::Zero(rows, kLatent);
  noise.col(direction).setConstant(value);
  return noise;
}

/// Small nets with hidden units.
Vae curved_vae() {
  Batch u(1, static_cast<Index>(Vae::parameter_count({3, 2, 4})));
  fill_uniform({.seed = 4}, u);
  std::vector<double> theta;
  for (Index k = 0; k < u.cols(); ++k) theta.push_back(u(0, k) - 0.5);
  return {{3, 2, 4}, {Column::Constant(3, 0.2), 1.5}, std::move(theta)};
}

TEST(LinearVae, HasTheDensityOfTheReference) {
  const Column expected = column_of(reference()["logp_exact"]);
  EXPECT_LT((*linear_vae().exact_log_density(reference_rows()) - expected).abs().maxCoeff(), 1e-12);
}

TEST(LinearVae, HasThePosteriorMeanOfTheReference) {
  const Eigen::MatrixXd expected = matrix_of(reference()["posterior_mean"]);
  const Vae::Posterior q = linear_vae().posterior(reference_rows());
  EXPECT_LT((q.mean - expected.array()).abs().maxCoeff(), 1e-12);
}

// ln p(x, z) is of second degree in z: its slope at z + e_k and at z differ by a column of minus
// the inverse covariance.
TEST(LinearVae, HasThePosteriorCovarianceOfTheReference) {
  const Vae vae = linear_vae();
  const Batch x = reference_rows();
  Batch at_zero, at_one;
  (void)vae.log_joint(x, Batch::Zero(x.rows(), kLatent), &at_zero);
  Eigen::MatrixXd precision(kLatent, kLatent);
  for (Index k = 0; k < kLatent; ++k) {
    (void)vae.log_joint(x, constant_noise(x.rows(), k, 1), &at_one);
    precision.col(k) = (at_zero - at_one).row(0).transpose().matrix();
  }
  const Eigen::MatrixXd expected = matrix_of(reference()["posterior_cov"]);
  EXPECT_LT((linear::inverse(precision) - expected).cwiseAbs().maxCoeff(), 1e-12);
}

// The points ±√d along each axis integrate functions of second degree exactly.
TEST(LinearVae, HasTheBestEvidenceLowerBoundOfTheReference) {
  const Vae vae = linear_vae();
  const Batch x = reference_rows();
  Column bound = Column::Zero(x.rows());
  for (Index d = 0; d < kLatent; ++d)
    for (const double sign : {1.0, -1.0})
      bound +=
          vae.elbo(x, constant_noise(x.rows(), d, sign * std::sqrt(kLatent)), {}) / (2.0 * kLatent);
  EXPECT_LT((bound - column_of(reference()["elbo_best_diagonal"])).abs().maxCoeff(), 1e-12);
  EXPECT_LT((*vae.exact_log_density(x) - bound - reference()["gap"].get<double>()).abs().maxCoeff(),
            1e-12);
}

// ⟨p(x, z)/q(z|x)⟩ = p(x): 400 estimates of one draw for each of four rows, 4.5 errors, a false
// alarm in 3e5.
TEST(LinearVae, ImportanceWeightsAreUnbiased) {
  const Vae vae = linear_vae();
  const Batch x = reference_rows().replicate(400, 1);
  const Column ratio =
      (vae.log_density_by_importance(x, 1, {.seed = 5}) - *vae.exact_log_density(x)).exp();
  const double error =
      std::sqrt((ratio - ratio.mean()).square().mean() / static_cast<double>(x.rows()));
  EXPECT_LT(error, 0.05);
  EXPECT_NEAR(ratio.mean(), 1, 4.5 * error);
  const Batch once = reference_rows();
  EXPECT_LT((vae.log_density_by_importance(once, 4000, {.seed = 6}) - *vae.exact_log_density(once))
                .abs()
                .maxCoeff(),
            0.05);
}

// Draws have the covariance WWᵀ + σ², by five errors of each entry.
TEST(LinearVae, DrawsFromItsDensity) {
  constexpr Index kDraws = 20000;
  const Vae vae = linear_vae();
  const Eigen::MatrixXd W = matrix_of(reference()["W"]);
  Eigen::MatrixXd expected = W * W.transpose();
  expected.diagonal().array() += reference()["sigma2"].get<double>();
  const Eigen::MatrixXd x =
      (vae.sample({.seed = 2}, kDraws).rowwise() - column_of(reference()["mu"]).transpose())
          .matrix();
  const Eigen::MatrixXd found = x.transpose() * x / kDraws;
  for (Index i = 0; i < kUnits; ++i)
    for (Index j = 0; j < kUnits; ++j) {
      const double variance = expected(i, i) * expected(j, j) + std::pow(expected(i, j), 2);
      EXPECT_NEAR(found(i, j), expected(i, j), 5 * std::sqrt(variance / kDraws));
    }
}

// The variances of one number of noise by the moments of a normal, l = a + b ε + c ε².
TEST(GradientNoise, OfOneNumberIsThatOfItsMoments) {
  const double w = 0.6;
  const Vae vae({1, 1, 0}, {Column::Constant(1, 0.3), 1},
                {0.8, -0.2, 0.5, 0.1, 0.4, std::log(w), -0.3});
  const Batch x = Batch::Constant(1, 1, 1.7);
  const Vae::Posterior q = vae.posterior(x);
  const double width = std::exp(q.log_width(0, 0));
  const auto l = [&](double noise) {
    const Batch e = Batch::Constant(1, 1, noise);
    return vae.log_joint(x, q.at(e))(0) - q.log_density(e)(0);
  };
  const double a = l(0), b = (l(1) - l(-1)) / 2, c = (l(1) + l(-1)) / 2 - a, mean = a + c;
  // ⟨ε²⟩, ⟨ε⁴⟩ … = 1, 3, 15, 105 of (l − s)² ε² and (l − s)² (ε² − 1)².
  const auto variance = [&](double s) {
    const double d = a - s;
    const double of_m = (d * d + 3 * (b * b + 2 * d * c) + 15 * c * c - b * b) / (width * width);
    const double square = d * d * 2 + (b * b + 2 * d * c) * 10 + c * c * 78;
    return of_m + square - 4 * c * c;
  };
  const GradientNoise found = gradient_noise(vae, x, hermite_noise(1, 1, 6));
  EXPECT_NEAR(found.score, variance(0), 1e-10);
  EXPECT_NEAR(found.with_baseline, variance(mean), 1e-10);
  EXPECT_LT(found.apart, 1e-12);
}

// Means agree, and variances of 20 000 draws with the exact ones by 5 %: their own relative error
// is below 1 %.
TEST(GradientNoise, OfDrawsIsTheExactOne) {
  const Vae vae = linear_vae();
  const Batch x = reference_rows();
  const GradientNoise exact = gradient_noise(vae, x, hermite_noise(x.rows(), kLatent, 6));
  const GradientNoise drawn =
      gradient_noise(vae, x, drawn_noise(x.rows(), kLatent, 20000, {.seed = 8}));
  EXPECT_LT(exact.apart, 1e-10);
  EXPECT_NEAR(drawn.reparametrised / exact.reparametrised, 1, 0.05);
  EXPECT_NEAR(drawn.score / exact.score, 1, 0.05);
  EXPECT_NEAR(drawn.with_baseline / exact.with_baseline, 1, 0.05);
  EXPECT_LT(exact.with_baseline, exact.score);
}

TEST(Vae, GradientOfTheBoundIsItsDerivative) {
  Vae vae = curved_vae();
  Batch x(6, 3), noise(6, 2);
  fill_normal({.seed = 1}, x);
  fill_normal({.seed = 2}, noise);
  std::vector<double> grad(std::as_const(vae).parameters().size());
  (void)vae.elbo(x, noise, grad);
  constexpr double kStep = 1e-5;  // differences are exact to 1e-10 of their size
  for (std::size_t k = 0; k < grad.size(); ++k) {
    const double at = vae.parameters()[k];
    const auto bound = [&](double step) {
      vae.parameters()[k] = at + step;
      vae.parameters_changed();
      return vae.elbo(x, noise, {}).sum();
    };
    const double slope = (bound(kStep) - bound(-kStep)) / (2 * kStep);
    (void)bound(0);
    EXPECT_NEAR(grad[k], slope, 1e-6 * (1 + std::abs(slope)));
  }
}

TEST(VaeTraining, GoesOnBitForBitAndClimbs) {
  const Vae truth = linear_vae();
  const Batch x = truth.sample({.seed = 3}, 400);
  GeneratorTrainingOptions options;
  options.schedule.rate = 0.02;
  options.schedule.steps = 60;
  const auto begin = [&] {
    return VaeTraining(Vae::random({kUnits, kLatent, 0}, standard_of(x), 1), x, options);
  };
  VaeTraining whole = begin(), half = begin(), rest = begin();
  whole.step();
  const double first = whole.loss();
  for (int k = 1; k < 60; ++k) whole.step();
  for (int k = 0; k < 30; ++k) half.step();
  rest.set_state(half.state());
  for (int k = 0; k < 30; ++k) rest.step();
  EXPECT_EQ(whole.state(), rest.state());
  EXPECT_LT(whole.loss(), first - 1);
}

}  // namespace
}  // namespace nmc
