#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "physics/systems/ising.hpp"
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

/// Mean of loss_grad() of `chains` chains against Σ_s q(s) l(s) ∇ ln q(s): of every parameter in
/// units of its standard error, and of the projection on the exact gradient, which has most power.
struct Bias {
  double worst = 0;       ///< largest of all parameters
  double along = 0;       ///< of the projection
  double resolution = 0;  ///< standard error of the projection over its value
};

Bias bias_of_loss_grad(const CausalModel& model, const Target& target, Index chains) {
  constexpr Index kRepetitions = 3000;
  const Batch all = test::all_configurations(4);
  const Column log_q = model.log_prob(all);
  const Numbers exact = static_cast<double>(chains) *
                        grad_of(model, all, log_q.exp() * (log_q - target.log_density(all)));
  Batch draws(kRepetitions, exact.size());
  for (Index k = 0; k < kRepetitions; ++k) {
    Numbers one = Numbers::Zero(exact.size());
    model.loss_grad(target, {7, static_cast<std::uint64_t>(k), 0, Purpose::train}, chains,
                    {one.data(), static_cast<std::size_t>(one.size())});
    draws.row(k) = one.transpose();
  }
  const auto z_score = [&](const Column& x, double expected, double& error) {
    error = std::sqrt((x - x.mean()).square().sum() / (kRepetitions * (kRepetitions - 1.0)));
    return std::abs(x.mean() - expected) / (error + 1e-6);  // 1e-6: nobody feels the parameter
  };
  Bias bias;
  double error = 0;
  for (Index p = 0; p < exact.size(); ++p)
    bias.worst = std::max(bias.worst, z_score(draws.col(p), exact(p), error));
  const double square = exact.square().sum();
  const Column along = (draws.matrix() * exact.matrix()).array() / square;
  bias.along = z_score(along, 1, error);
  bias.resolution = error;
  return bias;
}

/// A network for a range of temperatures is trained at the target's.
std::unique_ptr<CausalModel> model_for(const Case& it, const Ising& target) {
  auto model = model_of(it);
  if (!model->conditions().empty()) model->set_condition({{target.beta()}});
  return model;
}

/// 6 standard errors are exceeded once in 5e8 times; there are some 3000 parameters. Few chains
/// show a wrong baseline best, one more than a tile how tiles are put together.
TEST(AutoregressiveGradient, OfTheLossIsUnbiased) {
  const Ising ising(test::small_glass({2, 2}), 0.6);
  for (const Case& it : cases({2, 2})) {
    const auto model = model_for(it, ising);
    for (const Index chains : {Index{2}, Index{65}}) {
      if (chains == 65 && it.precision == Precision::twice) continue;
      const Bias bias = bias_of_loss_grad(*model, ising, chains);
      EXPECT_LT(bias.worst, 6) << label(it);
      EXPECT_LT(bias.along, 6) << label(it);
      EXPECT_LT(bias.resolution, 0.06) << label(it);
    }
  }
}

TEST(AutoregressiveGradient, ComesWithTheLossOfTheVeryDraws) {
  const Ising ising(test::small_glass({4, 2}), 0.6);
  for (const Case& it : cases({4, 2})) {
    const auto model = model_for(it, ising);
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
