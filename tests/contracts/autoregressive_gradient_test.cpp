#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "physics/ising.hpp"
#include "tests/contracts/causal_architectures.hpp"

/// Gradients of every autoregressive network.
namespace nmc {
namespace {

using test::Case;
using test::cases;
using test::label;
using test::model_of;
using Numbers = Eigen::ArrayXd;

Numbers grad_of(const CausalModel& model, const Batch& s, const Column& weight) {
  Numbers grad = Numbers::Zero(std::ssize(model.parameters()));
  model.add_grad(s, weight, {grad.data(), static_cast<std::size_t>(grad.size())});
  return grad;
}

/// Σ_chains weight ln q by central differences of fourth order: the error of h^4 f'''''/30 is far
/// below the rounding of 1e-16/h, which is 1e-11.
Numbers differences(CausalModel& model, const Batch& s, const Column& weight) {
  constexpr double h = 1e-4;
  constexpr std::array<std::pair<double, double>, 4> points{
      {{-2, 1.0 / 12}, {-1, -8.0 / 12}, {1, 8.0 / 12}, {2, -1.0 / 12}}};
  Numbers grad(std::ssize(model.parameters()));
  for (Index k = 0; k < grad.size(); ++k) {
    double& parameter = model.parameters()[static_cast<std::size_t>(k)];
    const double at = parameter;
    grad(k) = 0;
    for (const auto& [step, coefficient] : points) {
      parameter = at + step * h;
      model.parameters_changed();
      grad(k) += coefficient / h * (weight * model.log_prob(s)).sum();
    }
    parameter = at;
  }
  model.parameters_changed();
  return grad;
}

Batch some_spins(Index chains, Index sites) {
  Batch u(chains, sites);
  fill_uniform({4, 0, 0, Purpose::test}, u);
  return (u < 0.5).select(Batch::Ones(chains, sites), -1.0);
}

TEST(AutoregressiveGradient, IsTheDifferenceQuotient) {
  const Column weight{{1.0, -0.6, 0.3, 2.0, -1.1, 0.4}};
  for (const Case& it : cases({4, 2})) {
    if (it.precision == Precision::single) continue;  // its log q is too rough to be divided by h
    const auto model = model_of(it);
    const Batch s = some_spins(weight.size(), model->sites());
    const Numbers grad = grad_of(*model, s, weight);
    const double scale = grad.abs().maxCoeff();
    EXPECT_GT(scale, 0.1) << label(it);
    EXPECT_LT((grad - differences(*model, s, weight)).abs().maxCoeff(), 1e-7 * scale) << label(it);
  }
}

TEST(AutoregressiveGradient, OfFloatIsThatOfDoubleToItsPrecision) {
  for (const auto& [name, spec, sees_all] : test::causal_architectures({4, 2})) {
    const auto single = test::noisy_model(spec, Precision::single);
    const auto twice = test::noisy_model(spec, Precision::twice);
    const Batch s = some_spins(150, single->sites());
    const Column weight = Column::LinSpaced(150, -1, 1.5);
    const Numbers exact = grad_of(*twice, s, weight), rough = grad_of(*single, s, weight);
    // 150 chains and a few dozen terms per unit, 6e-8 each.
    EXPECT_LT((rough - exact).abs().maxCoeff(), 2e-5 * exact.abs().maxCoeff()) << name;
  }
}

TEST(AutoregressiveGradient, AddsToWhatIsThereAndOverChains) {
  for (const Case& it : cases({4, 2})) {
    const auto model = model_of(it);
    const Batch s = some_spins(100, model->sites());
    const Column weight = Column::LinSpaced(100, -1, 1.5);
    Numbers grad = Numbers::Constant(std::ssize(model->parameters()), 3);
    model->add_grad(s, weight, {grad.data(), static_cast<std::size_t>(grad.size())});
    const Numbers expected = 3 + grad_of(*model, s.topRows(37), weight.head(37)) +
                             grad_of(*model, s.bottomRows(63), weight.tail(63));
    EXPECT_LT((grad - expected).abs().maxCoeff(), 1e-4) << label(it);
  }
}

/// The mean of loss_grad() against Σ_s q(s) l(s) ∇ ln q(s), of every parameter in units of its
/// standard error: 6 is exceeded once in 5e8 times, and there are some 2000 parameters.
TEST(AutoregressiveGradient, OfTheLossIsUnbiased) {
  constexpr Index kChains = 66, kRepetitions = 1500;  // a full tile, and one of two chains
  const Ising ising(test::small_glass({2, 2}), 0.6);
  for (const Case& it : cases({2, 2})) {
    const auto model = model_of(it);
    const Batch all = test::all_configurations(4);
    const Column log_q = model->log_prob(all);
    const Column loss = log_q - ising.log_density(all);
    const Numbers exact = static_cast<double>(kChains) * grad_of(*model, all, log_q.exp() * loss);
    Numbers sum = Numbers::Zero(exact.size()), squares = sum, one(exact.size());
    for (Index k = 0; k < kRepetitions; ++k) {
      one.setZero();
      model->loss_grad(ising, {7, static_cast<std::uint64_t>(k), 0, Purpose::train}, kChains,
                       {one.data(), static_cast<std::size_t>(one.size())});
      sum += one;
      squares += one.square();
    }
    const double n = kRepetitions;
    const Numbers mean = sum / n, error = ((squares / n - mean.square()).max(0) / (n - 1)).sqrt();
    // A parameter that no chain feels has neither gradient nor error.
    EXPECT_TRUE(((mean - exact).abs() <= 6 * error + 1e-5).all())
        << label(it) << " " << ((mean - exact).abs() / (error + 1e-9)).maxCoeff();
    EXPECT_GT(exact.abs().maxCoeff(), 20 * error.maxCoeff()) << label(it) << ": too little power";
  }
}

TEST(AutoregressiveGradient, ComesWithTheLossOfTheVeryDraws) {
  const Ising ising(test::small_glass({4, 2}), 0.6);
  for (const Case& it : cases({4, 2})) {
    const auto model = model_of(it);
    const Streams streams{7, 3, 5, Purpose::train};
    Numbers grad = Numbers::Zero(std::ssize(model->parameters()));
    const Column loss =
        model->loss_grad(ising, streams, 100, {grad.data(), static_cast<std::size_t>(grad.size())});
    const Draw draw = model->sample(streams, 100);
    EXPECT_TRUE((loss == draw.log_q - ising.log_density(draw.x)).all()) << label(it);
    EXPECT_TRUE((loss == model->loss_grad(ising, streams, 100, {})).all()) << label(it);
  }
}

}  // namespace
}  // namespace nmc
