#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/errors.hpp"
#include "models/autoregressive/bernoulli_mixture.hpp"
#include "models/autoregressive/recurrent_model.hpp"
#include "tests/models/autoregressive/spin_models.hpp"

namespace nmc {
namespace {

using testing_spins::all_configurations;
using testing_spins::autoregressive_models;
using testing_spins::chi_squared;
using testing_spins::gradient_error;
using testing_spins::NamedModel;
using testing_spins::score_gradient;
using testing_spins::TiltedChain;

constexpr Streams kStreams{.seed = 5, .step = 3, .first_chain = 40, .purpose = Purpose::train};

class SpinNetwork : public testing::TestWithParam<NamedModel> {
 protected:
  std::unique_ptr<Autoregressive> model_ = GetParam().make();
  [[nodiscard]] bool is_float() const { return GetParam().name.ends_with("float"); }
};

TEST_P(SpinNetwork, SumsToOneOverAllConfigurations) {
  double sum = 0;
  for (const double log_q : model_->log_prob(all_configurations(12))) sum += std::exp(log_q);
  EXPECT_NEAR(sum, 1, 1e-12);
}

TEST_P(SpinNetwork, ConditionalsDoNotSeeTheirOwnOrLaterSpinsByABit) {
  Batch s = model_->sample(kStreams, 3).x;
  const Batch before = model_->log_conditionals(s);
  for (Index t = 0; t < model_->tokens(); ++t) {
    Batch other = s;
    other.col(model_->order()[static_cast<std::size_t>(t)]) *= -1;
    const Batch after = model_->log_conditionals(other);
    EXPECT_TRUE((after.leftCols(t) == before.leftCols(t)).all());
    // The two values of a spin share one conditional: q + q' = 1.
    for (Index c = 0; c < 3; ++c)
      EXPECT_NEAR(std::exp(before(c, t)) + std::exp(after(c, t)), 1, 1e-14);
    if (t + 1 == model_->tokens()) break;
    EXPECT_FALSE((after.rightCols(11 - t) == before.rightCols(11 - t)).all()) << "blind to " << t;
  }
}

TEST_P(SpinNetwork, DrawCarriesItsLogQ) {
  const Draw draw = model_->sample(kStreams, 70);
  EXPECT_TRUE((draw.x.abs() == 1).all());
  EXPECT_LT((draw.log_q - model_->log_prob(draw.x)).abs().maxCoeff(), 1e-11);
}

TEST_P(SpinNetwork, ChainsDoNotDependOnTheirBatch) {
  const Draw all = model_->sample(kStreams, 70);
  Streams later = kStreams;
  later.first_chain += 63;
  const Draw some = model_->sample(later, 5);
  EXPECT_TRUE((some.x == all.x.middleRows(63, 5)).all());
  EXPECT_TRUE((some.log_q == all.log_q.segment(63, 5)).all());
  const Batch conditionals = model_->log_conditionals(all.x);
  EXPECT_TRUE((model_->log_conditionals(some.x) == conditionals.middleRows(63, 5)).all());
}

// Differences of a float network carry its rounding over the step, 1e-7/1e-3.
TEST_P(SpinNetwork, LogProbGradientIsTheDerivative) {
  const Batch s = model_->sample(kStreams, 3).x;
  const Column weight = Column::LinSpaced(3, -1.0, 2.0);
  std::vector<double> grad(model_->parameters().size());
  if (grad.empty()) GTEST_SKIP() << "no parameters";
  model_->add_grad(s, weight, grad);
  EXPECT_LT(gradient_error(*model_, grad, [&] { return (weight * model_->log_prob(s)).sum(); }),
            is_float() ? 2e-3 : 1e-8);
}

TEST_P(SpinNetwork, LossGradientIsTheScoreWithTheOthersOfATileAsBaseline) {
  const TiltedChain target(12);
  for (const Index chains : {1, 65, 130}) {
    const Draw draw = model_->sample(kStreams, chains);
    std::vector<double> grad(model_->parameters().size());
    const Column loss = model_->loss_grad(target, kStreams, chains, grad);
    EXPECT_LT((loss - (draw.log_q - target.log_density(draw.x))).abs().maxCoeff(), 1e-12);
    EXPECT_TRUE((loss == model_->loss_grad(target, kStreams, chains, {})).all());
    const std::vector<double> expected = score_gradient(*model_, target, draw);
    for (std::size_t k = 0; k < grad.size(); ++k)
      EXPECT_NEAR(grad[k], expected[k], is_float() ? 1e-4 : 1e-10);
  }
}

TEST_P(SpinNetwork, RedrawKeepsThePrefixAndCarriesTheLogQOfTheWhole) {
  const Draw old = model_->sample(kStreams, 70);
  std::vector<Index> kept(70);
  for (std::size_t c = 0; c < kept.size(); ++c) kept[c] = static_cast<Index>(c % 13);
  const Draw draw = model_->redraw(old.x, kept, kStreams.at_step(4));
  EXPECT_LT((draw.log_q - model_->log_prob(draw.x)).abs().maxCoeff(), 1e-11);
  Index changed = 0;
  for (Index c = 0; c < 70; ++c)
    for (Index t = 0; t < 12; ++t) {
      const Index site = model_->order()[static_cast<std::size_t>(t)];
      const bool is_same = draw.x(c, site) == old.x(c, site);
      EXPECT_TRUE(is_same || t >= kept[static_cast<std::size_t>(c)]);
      changed += is_same ? 0 : 1;
    }
  EXPECT_GT(changed, 50);
}

// Three spins of the suffix given a prefix: eight outcomes, χ² with seven degrees of freedom; 40 is
// passed once in a million.
TEST_P(SpinNetwork, RedrawnSpinsHaveTheirExactConditionalProbabilities) {
  constexpr Index kDraws = 6400;
  const std::vector<Index> order(model_->order().begin(), model_->order().end());
  const std::vector<Index> seen{order[9], order[10], order[11]};
  const Batch all = all_configurations(12), s = model_->sample(kStreams, 1).x;
  const Column log_q = model_->log_prob(all);
  for (const Index kept : {Index{2}, Index{6}, Index{9}}) {
    std::vector<double> probability(8);
    double sum = 0;
    for (Index c = 0; c < all.rows(); ++c) {
      bool has_prefix = true;
      for (Index t = 0; t < kept; ++t)
        has_prefix &=
            all(c, order[static_cast<std::size_t>(t)]) == s(0, order[static_cast<std::size_t>(t)]);
      if (!has_prefix) continue;
      std::size_t pattern = 0;
      for (std::size_t k = 0; k < 3; ++k)
        pattern |= static_cast<std::size_t>(all(c, seen[k]) > 0) << k;
      probability[pattern] += std::exp(log_q(c));
      sum += std::exp(log_q(c));
    }
    for (double& q : probability) q /= sum;
    const std::vector<Index> kept_all(static_cast<std::size_t>(kDraws), kept);
    const Draw draw = model_->redraw(s.replicate(kDraws, 1), kept_all, kStreams);
    EXPECT_LT(chi_squared(draw.x, seen, probability), 40) << kept;
  }
}

TEST_P(SpinNetwork, DrawnSpinsHaveTheirExactMarginals) {
  const std::vector<Index> sites{0, 5, 10};
  const Batch s = all_configurations(12);
  const Column log_q = model_->log_prob(s);
  std::vector<double> probability(8);
  for (Index c = 0; c < s.rows(); ++c)
    probability[static_cast<std::size_t>((c & 1) | (c >> 5 & 1) << 1 | (c >> 10 & 1) << 2)] +=
        std::exp(log_q(c));
  EXPECT_LT(chi_squared(model_->sample(kStreams, 6400).x, sites, probability), 40);
}

INSTANTIATE_TEST_SUITE_P(Models, SpinNetwork, testing::ValuesIn(autoregressive_models()),
                         [](const auto& info) { return info.param.name; });

TEST(BernoulliMixture, IsTheMeanOfItsProducts) {
  BernoulliMixture model({3, {2, 0, 1}, 2}, 1);
  const std::vector<double> numbers{0.3, -0.4, 0.5, -1, 2, 0.1, 0.7, -0.2};  // ln π, then b
  std::ranges::copy(numbers, model.parameters().begin());
  model.parameters_changed();
  const double weight = std::exp(0.3) + std::exp(-0.4);
  const Batch s = all_configurations(3);
  const Column log_q = model.log_prob(s);
  for (Index c = 0; c < 8; ++c) {
    double q = 0;
    for (std::size_t k = 0; k < 2; ++k) {
      double product = std::exp(numbers[k]) / weight;
      for (std::size_t i = 0; i < 3; ++i)
        product /= 1 + std::exp(-s(c, static_cast<Index>(i)) * numbers[2 + 3 * k + i]);
      q += product;
    }
    EXPECT_NEAR(log_q(c), std::log(q), 1e-14);
  }
}

TEST(RecurrentSpec, SnakeReadsTheNeighboursInTheRowAndBelow) {
  const RecurrentSpec spec = snake_spec({4, 3}, {});
  const auto site = [&](Index token) { return spec.order[static_cast<std::size_t>(token)]; };
  for (Index t = 0; t < 12; ++t) {
    const Index left = spec.parents[0][static_cast<std::size_t>(t)];
    const Index below = spec.parents[1][static_cast<std::size_t>(t)];
    EXPECT_EQ(below < 0, site(t) < 4);
    EXPECT_TRUE(below < 0 || site(below) == site(t) - 4);
    EXPECT_TRUE(left < 0 || std::abs(site(left) - site(t)) == 1);
    EXPECT_EQ(left < 0, t % 4 == 0);
  }
}

TEST(RecurrentSpec, MistakesAreNamed) {
  const auto message = [](const auto& make) -> std::string {
    try {
      make();
    } catch (const UserError& error) {
      return error.what();
    }
    return "";
  };
  const auto model = [](RecurrentSpec spec) {
    return RecurrentModel(std::move(spec), Precision::twice, 1);
  };
  EXPECT_NE(message([&] {
              model(chain_spec({0, 1}, {.width = 0}));
            }).find("width = 0"),
            std::string::npos);
  EXPECT_NE(message([&] {
              model(chain_spec({0, 0}, {}));
            }).find("site 0 twice"),
            std::string::npos);
  EXPECT_NE(message([&] { model(snake_spec({8}, {})); }).find("layout chain"), std::string::npos);
  EXPECT_NE(message([] {
              BernoulliMixture({2, {0, 1}, 0}, 1);
            }).find("components = 0"),
            std::string::npos);
}

}  // namespace
}  // namespace nmc
