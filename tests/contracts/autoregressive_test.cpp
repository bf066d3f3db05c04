#include <gtest/gtest.h>

#include <cmath>

#include "physics/systems/ising.hpp"
#include "tests/contracts/frequencies.hpp"

/// What every autoregressive network promises, for every architecture in float and double.
namespace nmc {
namespace {

using test::Case;
using test::cases;
using test::label;
using test::model_of;

constexpr Index kTokens = 16;

Batch random_spins(Index chains, Index sites, std::uint64_t seed) {
  Batch u(chains, sites);
  fill_uniform({seed, 0, 0, Purpose::test}, u);
  return (u < 0.5).select(Batch::Ones(chains, sites), -1.0);
}

bool same(const Batch& a, const Batch& b) {
  return a.rows() == b.rows() && a.cols() == b.cols() && (a == b).all();
}

// Terms of 1e-16 relative error each, N of them in ln q: 1e-14 in the sum.
TEST(AutoregressiveContract, ProbabilitiesOfAllConfigurationsAddUpToOne) {
  for (const std::vector<Index>& extents : {std::vector<Index>{4, 4}, {2, 2}, {6, 2}})
    for (const Case& it : cases(extents)) {
      const auto model = model_of(it);
      const Batch s = test::all_configurations(model->sites());
      const Column q = model->log_prob(s).exp();
      EXPECT_LT(std::abs(q.sum() - 1), 1e-12) << label(it);
      // Far from uniform, so that the sum tests something.
      EXPECT_GT(q.maxCoeff() * static_cast<double>(q.size()), 1.3) << label(it);
    }
}

/// Turns the spin at place `place` of the order over in every row.
Batch turned(const CausalModel& model, Batch s, Index place) {
  s.col(model.order()[static_cast<std::size_t>(place)]) *= -1;
  return s;
}

TEST(AutoregressiveContract, NoConditionalDependsOnWhatIsDrawnLater) {
  for (const Case& it : cases({4, 4})) {
    const auto model = model_of(it);
    const Batch s = random_spins(70, kTokens, 4);
    const Batch terms = model->log_conditionals(s);
    const Index patch = model->spec().patch;
    for (Index place = 0; place < kTokens; ++place) {
      const Index token = place / patch;
      const Batch other = model->log_conditionals(turned(*model, s, place));
      EXPECT_TRUE(same(other.leftCols(token), terms.leftCols(token))) << label(it) << place;
    }
  }
}

TEST(AutoregressiveContract, TheWidestNetworksSeeEverySpinDrawnBefore) {
  for (const Case& it : cases({4, 4})) {
    if (!it.architecture.sees_all) continue;
    const auto model = model_of(it);
    const Batch s = random_spins(70, kTokens, 4);
    const Batch terms = model->log_conditionals(s);
    const Index patch = model->spec().patch;
    for (Index place = 0; place < kTokens; ++place) {
      const Batch other = model->log_conditionals(turned(*model, s, place));
      for (Index token = place / patch + 1; token < model->tokens(); ++token)
        EXPECT_FALSE((other.col(token) == terms.col(token)).all())
            << label(it) << ": token " << token << " does not see spin " << place;
    }
  }
}

TEST(AutoregressiveContract, DrawsCarryTheProbabilityOfAPassOverThem) {
  for (const Case& it : cases({4, 4})) {
    const auto model = model_of(it);
    const Draw draw = model->sample({3, 0, 0, Purpose::test}, 150);
    EXPECT_LT((draw.log_q - model->log_prob(draw.x)).abs().maxCoeff(), 1e-11) << label(it);
    std::vector<Index> kept(150);
    for (std::size_t c = 0; c < kept.size(); ++c)
      kept[c] = static_cast<Index>(c) % (model->tokens() + 1);
    const Draw again = model->redraw(draw.x, kept, {4, 0, 0, Purpose::test});
    EXPECT_LT((again.log_q - model->log_prob(again.x)).abs().maxCoeff(), 1e-11) << label(it);
  }
}

TEST(AutoregressiveContract, RedrawingKeepsTheFirstTokensAndDrawsTheOthersAnew) {
  for (const Case& it : cases({4, 4})) {
    const auto model = model_of(it);
    const Batch s = random_spins(150, kTokens, 6);
    std::vector<Index> kept(150);
    for (std::size_t c = 0; c < kept.size(); ++c)
      kept[c] = static_cast<Index>(c) % (model->tokens() + 1);
    const Draw draw = model->redraw(s, kept, {4, 0, 0, Purpose::test});
    bool is_new = false;
    for (Index c = 0; c < 150; ++c)
      for (Index place = 0; place < kTokens; ++place) {
        const Index site = model->order()[static_cast<std::size_t>(place)];
        if (place / model->spec().patch < kept[static_cast<std::size_t>(c)])
          EXPECT_EQ(draw.x(c, site), s(c, site)) << label(it);
        else
          is_new = is_new || draw.x(c, site) != s(c, site);
      }
    EXPECT_TRUE(is_new) << label(it);
    // Nothing kept, the numbers are those of a draw.
    std::vector<Index> none(150, 0);
    const Draw fresh = model->redraw(s, none, {4, 0, 0, Purpose::test});
    const Draw draws = model->sample({4, 0, 0, Purpose::test}, 150);
    EXPECT_TRUE(same(fresh.x, draws.x)) << label(it);
    EXPECT_TRUE((fresh.log_q == draws.log_q).all()) << label(it);
  }
}

/// The rule RowIndependence: chain 7 + c of a batch is the chain of a batch of its own.
TEST(AutoregressiveContract, NumbersOfAChainDoNotDependOnItsBatch) {
  for (const Case& it : cases({4, 4})) {
    const auto model = model_of(it);
    const Streams streams{3, 5, 7, Purpose::test};
    const Batch s = random_spins(100, kTokens, 6);
    std::vector<Index> kept(100);
    for (std::size_t c = 0; c < 100; ++c) kept[c] = static_cast<Index>(c % 4);
    const Draw draws = model->sample(streams, 100), again = model->redraw(s, kept, streams);
    const Batch terms = model->log_conditionals(s);
    for (const Index c : {0, 1, 63, 64, 98, 99}) {
      Streams own = streams;
      own.first_chain += static_cast<std::uint32_t>(c);
      const Draw one = model->sample(own, 1);
      EXPECT_TRUE(same(one.x, draws.x.row(c))) << label(it);
      EXPECT_EQ(one.log_q(0), draws.log_q(c)) << label(it);
      const std::vector<Index> first{kept[static_cast<std::size_t>(c)]};
      const Draw other = model->redraw(s.row(c), first, own);
      EXPECT_TRUE(same(other.x, again.x.row(c))) << label(it);
      EXPECT_EQ(other.log_q(0), again.log_q(c)) << label(it);
      EXPECT_TRUE(same(model->log_conditionals(s.row(c)), terms.row(c))) << label(it);
    }
  }
}

// ln q is the logarithm of a product of up to 1100 factors between 1 and 2; they come in parts so
// that it cannot overflow. 1e-16 relative error each.
TEST(AutoregressiveContract, TheConditionalsOfAThousandSpinsAddUpToLnQ) {
  CausalModel model(bernoulli_spec(test::in_order({{1100}}, PatchOrder::raster)), Precision::twice,
                    1);
  std::ranges::fill(model.parameters(), 1e-3);  // factors just below 2
  model.parameters_changed();
  const Draw draw = model.sample({3, 0, 0, Purpose::test}, 70);
  const Column terms = sum_sites(model.log_conditionals(draw.x));
  EXPECT_LT((draw.log_q - terms).abs().maxCoeff(), 1e-11);
  EXPECT_TRUE((model.log_prob(draw.x) == draw.log_q).all());
}

/// A network that says nothing and couplings that say what is right: a token whose neighbours are
/// all drawn has the conditional of the target, ln p of its patterns less their ln Σ exp.
void expect_exact_conditionals(const CausalSpec& spec, const Target& target, Index first) {
  CausalModel model(spec, Precision::single, 1);
  std::ranges::fill(model.parameters(), 0.0);
  model.parameters_changed();
  const Batch all = test::all_configurations(spec.sites);
  const Column log_p = target.log_density(all);
  const Batch terms = model.log_conditionals(all);
  for (Index token = first; token < spec.tokens(); ++token) {
    Index mask = 0;  // sites of the token
    for (Index k = 0; k < spec.patch; ++k)
      mask |= Index{1} << spec.order[static_cast<std::size_t>(token * spec.patch + k)];
    std::vector<double> sum(static_cast<std::size_t>(all.rows()), 0);
    for (Index row = 0; row < all.rows(); ++row)
      sum[static_cast<std::size_t>(row & ~mask)] += std::exp(log_p(row));
    for (Index row = 0; row < all.rows(); ++row)
      EXPECT_NEAR(terms(row, token),
                  log_p(row) - std::log(sum[static_cast<std::size_t>(row & ~mask)]), 1e-12);
  }
}

TEST(AutoregressiveContract, CouplingsGiveTokensAmongDrawnNeighboursTheirExactConditionals) {
  const Graph graph = test::small_glass({4, 2});
  const Ising ising(graph, 0.4);
  const CausalFrame snake = test::in_order({{4, 2}}, PatchOrder::snake);
  const CausalFrame patches = test::in_order({{4, 2}, {2, 2}}, PatchOrder::raster);
  expect_exact_conditionals(test::wired(made_spec(snake, {2, 2}), graph), ising, 7);
  expect_exact_conditionals(test::wired(made_spec(patches, {2, 2}), graph), ising, 1);
  expect_exact_conditionals(two_body_spec(patches, graph, 0.4, {2, 2}), ising, 1);
  // The whole second sublattice.
  const CausalFrame board = test::checkerboard({4, 2});
  EXPECT_EQ(board.networks, 4);
  expect_exact_conditionals(test::wired(made_spec(board, {2, 2}), graph), ising, 4);
}

/// False alarms: 48 cases and two lattices at 1e-7.
TEST(AutoregressiveContract, DrawsHaveTheFrequenciesOfTheirProbabilities) {
  constexpr Index kDraws = 40000;
  for (const std::vector<Index>& extents : {std::vector<Index>{2, 2}, {4, 2}})
    for (const Case& it : cases(extents)) {
      const auto model = model_of(it);
      const Batch all = test::all_configurations(model->sites());
      const Column q = model->log_prob(all).exp();
      const Draw draws = model->sample({11, 0, 0, Purpose::test}, kDraws);
      EXPECT_GT(test::agreement(test::counts(draws.x), q), 1e-7) << label(it);
    }
}

}  // namespace
}  // namespace nmc
