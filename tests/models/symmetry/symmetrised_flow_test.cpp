#include "models/symmetry/symmetrised_flow.hpp"

#include <gtest/gtest.h>

#include "core/errors.hpp"
#include "models/symmetry/symmetrised_latent.hpp"
#include "tests/models/training/fixtures.hpp"

namespace nmc {
namespace {

using testing_training::AffineFlow;
using testing_training::gradient_error;
using testing_training::small_network;
using testing_training::TiltedWells;

constexpr Index kSites = 4;
constexpr Streams kStreams{.seed = 11, .step = 5, .first_chain = 100, .purpose = Purpose::train};
// Fourth-order differences at h = 1e-3: truncation h⁴ and rounding 1e-15/h are both below 1e-11.
constexpr double kDifference = 1e-8;

/// Cyclic shifts of four sites, with and without a flip of sign; the identity is not first.
std::vector<SymmetryOperation> shifts_and_flips() {
  std::vector<SymmetryOperation> group;
  for (const double sign : {-1.0, 1.0}) {
    for (Index shift = 0; shift < kSites; ++shift) {
      SymmetryOperation g = identity_operation(kSites);
      for (Index i = 0; i < kSites; ++i) {
        g.permutation[static_cast<std::size_t>(i)] = (i + shift) % kSites;
      }
      g.sign = sign;
      group.push_back(g);
    }
  }
  return group;
}

SymmetrisedFlow symmetrised() {
  return {small_network(kSites), shifts_and_flips()};
}

double sum_of_losses(const SymmetrisedFlow& q, const Target& target) {
  return q.loss_grad(target, kStreams, 3, {}).sum();
}

TEST(SymmetrisedFlow, IsNormalised) {
  auto flow = std::make_unique<AffineFlow>(1);
  flow->parameters()[0] = 1.3;
  flow->parameters()[1] = -0.4;
  const SymmetrisedFlow q(std::move(flow), z2_group(1));
  // The trapezoidal rule converges exponentially for a sum of Gaussians: 1e-12 is rounding.
  const Index points = 4001;
  const double h = 0.01;
  Batch x(points, 1);
  for (Index i = 0; i < points; ++i) x(i, 0) = h * static_cast<double>(i - points / 2);
  EXPECT_NEAR(q.log_prob(x).unaryExpr([](double v) { return std::exp(v); }).sum() * h, 1, 1e-12);
}

TEST(SymmetrisedFlow, DensityIsTheSameAtAllImagesOfAPoint) {
  const auto q = symmetrised();
  const Batch x = q.sample(kStreams, 5).x;
  for (const SymmetryOperation& g : q.group()) {
    EXPECT_LT((q.log_prob(apply(g, x)) - q.log_prob(x)).abs().maxCoeff(), 1e-12);
  }
}

TEST(SymmetrisedFlow, DrawCarriesItsOwnLogQ) {
  const auto q = symmetrised();
  const Draw draw = q.sample(kStreams, 70);
  EXPECT_LT((draw.log_q - q.log_prob(draw.x)).abs().maxCoeff(), 1e-12);
}

TEST(SymmetrisedFlow, EveryElementIsDrawnEquallyOften) {
  const auto q = symmetrised();
  std::vector<double> count(q.group().size());
  const Index draws = 8000;
  for (const Index g : q.random_elements(kStreams, draws)) count[static_cast<std::size_t>(g)] += 1;
  double chi2 = 0;
  for (const double n : count) chi2 += (n - 1000) * (n - 1000) / 1000;
  EXPECT_LT(chi2, 35);  // seven degrees of freedom: false alarm 1e-5
}

TEST(SymmetrisedFlow, FlipsOfTrainingAndValidationDiffer) {
  const auto q = symmetrised();
  EXPECT_NE(q.random_elements(kStreams, 64),
            q.random_elements(kStreams.with(Purpose::validate), 64));
}

TEST(SymmetrisedFlow, LossIsThatOfTheDraw) {
  const auto q = symmetrised();
  const TiltedWells target(kSites, 0.7);
  const Draw draw = q.sample(kStreams, 70);
  std::vector<double> grad(q.parameters().size());
  const Column loss = q.loss_grad(target, kStreams, 70, grad);
  EXPECT_TRUE((loss == draw.log_q - target.log_density(draw.x)).all());
  EXPECT_TRUE((loss == q.loss_grad(target, kStreams, 70, {})).all());
}

TEST(SymmetrisedFlow, LossGradientIsTheDerivativeAlsoWhereTheTargetHasNotTheSymmetry) {
  auto q = symmetrised();
  const TiltedWells target(kSites, 0.7);
  std::vector<double> grad(q.parameters().size());
  q.loss_grad(target, kStreams, 3, grad);
  EXPECT_LT(gradient_error(q, grad, [&] { return sum_of_losses(q, target); }), kDifference);
}

TEST(SymmetrisedFlow, LogProbGradientIsTheDerivative) {
  auto q = symmetrised();
  const Batch x = q.sample(kStreams.with(Purpose::test), 3).x;
  const Column weight = Column::LinSpaced(3, -1.0, 2.0);
  std::vector<double> grad(q.parameters().size());
  q.add_grad(x, weight, grad);
  EXPECT_LT(gradient_error(q, grad, [&] { return (weight * q.log_prob(x)).sum(); }), kDifference);
}

TEST(SymmetrisedFlow, LatentForceIsTheDerivativeOfTheLatentPotential) {
  const auto q = symmetrised();
  const TiltedWells target(kSites, 0.7);
  Batch z(3, kSites);
  fill_normal(kStreams, z);
  Batch grad;
  (void)q.latent_potential(target, z, grad);
  const double h = 1e-3;
  for (Index i = 0; i < kSites; ++i) {
    const auto at = [&](double shift) {
      Batch moved = z;
      moved.col(i) += shift;
      Batch unused;
      return q.latent_potential(target, moved, unused);
    };
    const Column slope = (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h);
    EXPECT_LT((slope - grad.col(i)).abs().maxCoeff(), kDifference * grad.abs().maxCoeff());
  }
}

TEST(SymmetrisedLatent, DensityIsMinusThePotentialWithAndWithoutGradient) {
  const auto q = symmetrised();
  const TiltedWells target(kSites, 0.0);
  const SymmetrisedLatent latent(q, target);
  Batch z(5, kSites);
  fill_normal(kStreams, z);
  Batch potential_grad;
  const Column potential = q.latent_potential(target, z, potential_grad);
  Batch grad;
  EXPECT_TRUE((latent.log_density_grad(z, grad) == -potential).all());
  EXPECT_TRUE((grad == -potential_grad).all());
  // Two orders of the same three terms: a few ulp of numbers below 100.
  EXPECT_LT((latent.log_density(z) + potential).abs().maxCoeff(), 1e-13);
}

// ⟨f⟩_p from z ~ exp(-U_sym) is checked through its own weights: with draws z ~ N, the weight
// exp(-U_sym)/N times q_sym is p at the very x, for every group element that physical() draws.
TEST(SymmetrisedLatent, PhysicalConfigurationCarriesTheDensityOfTheTarget) {
  const auto q = symmetrised();
  const TiltedWells target(kSites, 0.0);
  const SymmetrisedLatent latent(q, target);
  Batch z(40, kSites);
  fill_normal(kStreams, z);
  const Batch x = latent.physical(z, kStreams);
  const Column log_p = latent.log_density(z) - log_normal_density(z) + q.log_prob(x);
  EXPECT_LT((log_p - target.log_density(x)).abs().maxCoeff(), 1e-11);
}

TEST(SymmetrisedLatent, PhysicalConfigurationIsMovedByTheGroup) {
  const auto q = symmetrised();
  const TiltedWells target(kSites, 0.0);
  const Batch z =
      Batch::Constant(400, kSites, 0.3).rowwise() + Eigen::Array<double, 1, kSites>(0, 1, 2, 3);
  const Batch unmoved = q.flow().forward(z).y;
  const Batch x = SymmetrisedLatent(q, target).physical(z, kStreams);
  const Index kept = ((x - unmoved).abs().rowwise().maxCoeff() == 0).count();
  // 50 of 400 on average, one element of eight; sigma 6.6, false alarm 1e-5.
  EXPECT_NEAR(static_cast<double>(kept), 50, 30);
}

// Of draws x of q_sym itself the latent variables are those of exp(-U_sym) with p = q_sym, which is
// N(0, 1): images are chosen by their share. 20 000 draws of four sites: an error of 0.0035 of the
// mean and 0.005 of the mean square, four of them.
TEST(SymmetrisedLatent, LatentVariablesOfConfigurationsAreDistributedAsTheDensity) {
  const auto q = symmetrised();
  const TiltedWells target(kSites, 0.0);
  const SymmetrisedLatent latent(q, target);
  const Batch x = q.sample(kStreams, 20000).x;
  const Batch z = latent.latent(x, kStreams);
  EXPECT_NEAR(z.mean(), 0, 0.014);
  EXPECT_NEAR(z.square().mean(), 1, 0.02);
  const Batch image = q.flow().forward(z).y;
  Column nearest = Column::Constant(x.rows(), 1e9);
  for (const SymmetryOperation& g : q.group())
    nearest = nearest.min((apply(g, x) - image).abs().rowwise().maxCoeff());
  EXPECT_LT(nearest.maxCoeff(), 1e-6);  // rounding of an inverse
}

TEST(SymmetrisedLatent, RefusesATargetWithoutTheSymmetry) {
  const auto q = symmetrised();
  const TiltedWells tilted(kSites, 0.7);
  const TiltedWells larger(kSites + 1, 0.0);
  EXPECT_THROW(SymmetrisedLatent(q, tilted), UserError);
  EXPECT_THROW(SymmetrisedLatent(q, larger), UserError);
}

// Over 20 000 draws the two estimates of each component agree within their errors; the largest of
// a few dozen deviations passes 4.5 sigma once in 3000.
TEST(SymmetrisedFlow, PathAndTotalGradientHaveTheSameMean) {
  auto q = symmetrised();
  const TiltedWells target(kSites, 0.0);
  const std::size_t size = q.parameters().size();
  const int blocks = 100;
  std::vector<double> mean(size), square(size);
  for (int block = 0; block < blocks; ++block) {
    const Streams streams = kStreams.at_step(static_cast<std::uint64_t>(block));
    std::vector<double> total(size), path(size);
    q.set_gradient(Gradient::total);
    q.loss_grad(target, streams, 200, total);
    q.set_gradient(Gradient::path);
    q.loss_grad(target, streams, 200, path);
    for (std::size_t k = 0; k < size; ++k) {
      const double d = total[k] - path[k];
      mean[k] += d / blocks;
      square[k] += d * d / blocks;
    }
  }
  for (std::size_t k = 0; k < size; ++k) {
    const double error = std::sqrt((square[k] - mean[k] * mean[k]) / (blocks - 1));
    EXPECT_LE(std::abs(mean[k]), 4.5 * error + 1e-12) << "parameter " << k;
  }
}

TEST(SymmetrisedFlow, ChainDoesNotDependOnItsBatch) {
  const auto q = symmetrised();
  const TiltedWells target(kSites, 0.7);
  const Column together = q.loss_grad(target, kStreams, 70, {});
  for (const Index c : {0, 1, 63, 64, 69}) {
    Streams streams = kStreams;
    streams.first_chain += static_cast<std::uint32_t>(c);
    EXPECT_EQ(q.loss_grad(target, streams, 1, {})(0), together(c));
  }
}

TEST(SymmetrisedFlow, RefusesOperationsThatFormNoGroup) {
  auto make = [](std::vector<SymmetryOperation> group) {
    return SymmetrisedFlow(std::make_unique<AffineFlow>(kSites), std::move(group));
  };
  auto group = shifts_and_flips();
  group.pop_back();
  EXPECT_THROW(make(group), UserError);
  EXPECT_THROW(make({}), UserError);
  EXPECT_THROW(make(z2_group(kSites + 1)), UserError);
  EXPECT_THROW(make({identity_operation(kSites), identity_operation(kSites)}), UserError);
  group = z2_group(kSites);
  group[1].permutation[0] = 1;
  EXPECT_THROW(make(group), UserError);
}

}  // namespace
}  // namespace nmc
