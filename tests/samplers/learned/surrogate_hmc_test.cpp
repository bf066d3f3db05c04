#include "samplers/learned/surrogate_hmc.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "tests/samplers/test_densities.hpp"

namespace nmc {
namespace {

constexpr Index kWarmUpSteps = 60, kWalkers = 64;

SurrogateHmcOptions some_options() {
  SurrogateHmcOptions options;
  options.hmc.n_steps = 4;
  return options;
}

Column tuned_by(const StepInfo& info) {
  return info.part_acceptance.size() > 0 ? Column(info.part_acceptance.col(0)) : info.acceptance;
}

void warm_surrogate(SurrogateHmc& sampler, ChainState& state, Range steps) {
  Tuning& tuning = *sampler.tuning();
  for (Index step = steps.first; step < steps.end(); ++step) {
    const StepInfo info =
        sampler.step(state, {.seed = 1, .step = static_cast<std::uint64_t>(step + 1)});
    if (!is_tuned(&tuning)) continue;
    WarmupStep pooled{step, kWarmUpSteps, Column::Constant(1, tuned_by(info).mean()), {}};
    if (tuning.wants_configurations(step, kWarmUpSteps)) pooled.x = state.x;
    tuning.adapt(pooled);
  }
}

TEST(Polynomial, HasTheGradientOfItsDensity) {
  for (MonomialClasses classes : {complete_quartic(4), pair_quartic(4), torus_quartic({2, 2}, 1)}) {
    Polynomial polynomial(4, std::move(classes));
    Batch c(1, polynomial.size()), x(5, 4), grad;
    fill_normal({.seed = 4}, c);
    fill_normal({.seed = 5}, x);
    polynomial.set_coefficients({c.data(), static_cast<std::size_t>(c.size())});
    const Column log_p = polynomial.log_density_grad(x, grad);
    EXPECT_LT((log_p - polynomial.log_density(x)).abs().maxCoeff(), 1e-12);
    for (Index site = 0; site < 4; ++site) {
      constexpr double h = 1e-5;  // rounding 1e-16/h and the error h² balance below 1e-8
      Batch above = x, below = x;
      above.col(site) += h;
      below.col(site) -= h;
      const Column slope =
          (polynomial.log_density(above) - polynomial.log_density(below)) / (2 * h);
      EXPECT_LT((slope - grad.col(site)).abs().maxCoeff(), 1e-7);
    }
  }
}

TEST(Polynomial, CountsEveryPairOfATorusOnce) {
  const Polynomial polynomial(20, torus_quartic({5, 4}, 1));
  EXPECT_EQ(polynomial.size(), 4 + 4);  // powers; (1, 0), (−1, 1), (0, 1), (1, 1)
  const Batch sums = polynomial.sums(Batch::Ones(1, 20));
  EXPECT_TRUE((sums == 20).all());
  EXPECT_THROW(static_cast<void>(torus_quartic({5, 4}, 3)), UserError);
}

TEST(PolynomialFit, FindsTheNumbersOfAPolynomial) {
  Polynomial truth(3, complete_quartic(3));
  Batch c(1, truth.size()), x(400, 3);
  fill_normal({.seed = 6}, c);
  fill_normal({.seed = 7}, x);
  x = 20 + 0.5 * x;  // far from 0, where powers are all but parallel
  truth.set_coefficients({c.data(), static_cast<std::size_t>(c.size())});
  PolynomialFit fit(truth.size());
  EXPECT_THROW(static_cast<void>(fit.coefficients()), UserError);
  for (Index part = 0; part < 4; ++part) {
    const Batch some = x.middleRows(100 * part, 100);
    fit.add(truth.sums(some), truth.log_density(some));
  }
  Polynomial fitted(3, complete_quartic(3));
  fitted.set_coefficients(fit.coefficients());
  const Column left = fitted.log_density(x) - truth.log_density(x);
  // ln p is near 1e6 here, and varies by 1e5.
  EXPECT_LT((left - left.mean()).abs().maxCoeff(), 1);
}

TEST(SurrogateHmc, FindsAnActionThatItCanExpress) {
  const test::Quartic target(3);
  SurrogateHmc sampler(target, pair_quartic(3), some_options());
  ChainState state;
  sampler.init(state, {.seed = 1}, kWalkers);
  warm_surrogate(sampler, state, {0, kWarmUpSteps});
  const std::vector<double>& c = sampler.surrogate().coefficients();
  // x, x², x³, x⁴ of three sites, then the pairs 01, 02, 12.
  const std::vector<double> exact{0, 0, 0, -.25, 0, 0, 0, -.25, 0, 0, 0, -.25, .5, 0, .5};
  for (std::size_t n = 0; n < exact.size(); ++n) EXPECT_NEAR(c[n], exact[n], 1e-9) << n;
  EXPECT_LT(sampler.misfit(), 1e-7);
}

/// As far as a polynomial can: then the second stage has little left to refuse.
TEST(SurrogateHmc, SamplesADensityWithoutAGradient) {
  class Edge final : public Target {  // ln p = −|x|³ − |y|: <x²> = Γ(1)/Γ(1/3), <y²> = 2
   public:
    [[nodiscard]] Index sites() const override { return 2; }
    [[nodiscard]] Support support() const override { return Support::real; }
    [[nodiscard]] Column log_density(const Batch& x) const override {
      return -x.col(0).abs().cube() - x.col(1).abs();
    }
  };
  const Edge target;
  SurrogateHmc sampler(target, complete_quartic(2), some_options());
  ChainState state;
  sampler.init(state, {.seed = 1}, kWalkers);
  warm_surrogate(sampler, state, {0, kWarmUpSteps});
  double x2 = 0, y2 = 0;
  constexpr Index kDraws = 1500;
  for (Index step = 0; step < kDraws; ++step) {
    sampler.step(state, {.seed = 2, .step = static_cast<std::uint64_t>(step)});
    x2 += state.x.col(0).square().mean() / kDraws;
    y2 += state.x.col(1).square().mean() / kDraws;
  }
  // 96000 draws with tau < 5: errors below .005 and .045; 4.5 of them, false alarms 7e-6 each.
  EXPECT_NEAR(x2, 1 / std::tgamma(1.0 / 3), .0225);
  EXPECT_NEAR(y2, 2, .2);
}

TEST(SurrogateHmc, IsFrozenAfterWarmUpAndComesBackFromItsNumbers) {
  const test::Quartic target(2);
  const auto make = [&] { return SurrogateHmc(target, complete_quartic(2), some_options()); };
  SurrogateHmc whole = make(), halves = make(), other = make();
  ChainState state;
  whole.init(state, {.seed = 1}, kWalkers);
  warm_surrogate(whole, state, {0, 40});  // within the third quarter
  halves.tuning()->set_numbers(whole.tuning()->numbers());
  ChainState same;
  same.x = state.x;
  halves.init(same, {.seed = 1, .step = 40}, kWalkers);
  warm_surrogate(whole, state, {40, 20});
  warm_surrogate(halves, same, {40, 20});
  EXPECT_TRUE((state.x == same.x).all());
  EXPECT_EQ(whole.tuning()->numbers(), halves.tuning()->numbers());
  EXPECT_TRUE(whole.tuning()->is_frozen());
  EXPECT_THROW(whole.tuning()->adapt({60, kWarmUpSteps, Column::Ones(1), state.x}), UserError);
  EXPECT_THROW(other.tuning()->set_numbers(std::vector<double>(9)), UserError);
}

TEST(SurrogateHmc, RefusesTooFewConfigurationsBeforeItCollectsThem) {
  const test::Quartic target(8);
  SurrogateHmc sampler(target, complete_quartic(8), some_options());  // 495 numbers
  ChainState state;
  sampler.init(state, {.seed = 1}, kWalkers);
  EXPECT_THROW(warm_surrogate(sampler, state, {0, 16}),
               UserError);  // 960 configurations are to come
  EXPECT_THROW(sampler.tuning()->adapt({0, 7, Column::Ones(1), {}}), UserError);
  EXPECT_THROW(SurrogateTrajectories(target, {}, 2, false), UserError);
}

}  // namespace
}  // namespace nmc
