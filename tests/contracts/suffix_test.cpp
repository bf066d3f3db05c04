#include "samplers/proposal/suffix.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "models/tensor_networks/tensor_network.hpp"
#include "physics/systems/ising.hpp"
#include "samplers/composite.hpp"
#include "samplers/local/local_spins.hpp"
#include "samplers/proposal/independence.hpp"
#include "tests/contracts/all_outcomes.hpp"
#include "tests/contracts/frequencies.hpp"
#include "tests/contracts/local_odds.hpp"

/// Proposals of an untrained, narrow network with weights far from its start on a 3x3 glass: πP = π
/// with P multiplied out over all 512 states, and the steps of the classes are that P.
namespace nmc {
namespace {

constexpr Index kStates = 512;

const Ising& glass() {
  static const Ising system(test::small_glass({3, 3}), 0.5);
  return system;
}

/// A tensor network of single bonds, made for the couplings along the rows and between them, not
/// around.
std::unique_ptr<TensorNetwork> rows_alone() {
  Graph open = glass().graph();
  std::erase_if(open.bonds.own(), [](const Bond& bond) {
    return std::abs(bond.i - bond.j) != 1 && std::abs(bond.i - bond.j) != 3;
  });
  return std::make_unique<TensorNetwork>(TensorNetworkSpec{open, {3, 3}, 1}, 1.0);
}

/// Tokens of one spin and of three, spins and fields as inputs; couplings alone.
std::vector<std::unique_ptr<Autoregressive>> proposals() {
  const CausalFrame snake = test::in_order({{3, 3}}, PatchOrder::snake);
  const CausalFrame rows = test::in_order({{3, 3}, {3, 1}}, PatchOrder::raster);
  const Graph& graph = glass().graph();
  std::vector<std::unique_ptr<Autoregressive>> all;
  for (const CausalSpec& spec :
       {made_spec(snake, {2, 2}), made_spec(rows, {2, 2}), two_body_spec(snake, graph, 0.4, {2, 2}),
        pixel_cnn_spec(test::in_order({{3, 3}}, PatchOrder::raster),
                       {{3, 3}, 2, 2, 3, true, false})})
    all.push_back(test::noisy_model(spec, Precision::single));
  all.push_back(rows_alone());
  return all;
}

const Batch& states() {
  static const Batch all = test::all_configurations(9);
  return all;
}

Eigen::VectorXd weight() {
  return test::normalised(glass().log_density(states()));
}

bool same_start(const Autoregressive& model, Index a, Index b, Index kept) {
  for (Index place = 0; place < kept * model.sites() / model.tokens(); ++place) {
    const Index site = model.order()[static_cast<std::size_t>(place)];
    if (((a ^ b) >> site & 1) != 0) return false;
  }
  return true;
}

/// P(s, s') of redrawing `gone` tokens: q(s' | tokens kept) min[1, p(s') q(s) / (p(s) q(s'))].
Eigen::MatrixXd redraw_matrix(const Autoregressive& model, Index gone) {
  const Index kept = model.tokens() - gone;
  const Column proposal = sum_sites(model.log_conditionals(states()).rightCols(gone)).exp();
  const Column importance = glass().log_density(states()) - model.log_prob(states());
  Eigen::MatrixXd P = Eigen::MatrixXd::Zero(kStates, kStates);
  for (Index s = 0; s < kStates; ++s) {
    for (Index to = 0; to < kStates; ++to)
      if (to != s && same_start(model, s, to, kept))
        P(s, to) = proposal(to) * std::exp(std::min(importance(to) - importance(s), 0.0));
    P(s, s) = 1 - P.row(s).sum();
  }
  return P;
}

Eigen::MatrixXd suffix_matrix(const Autoregressive& model, Index longest) {
  Eigen::MatrixXd P = Eigen::MatrixXd::Zero(kStates, kStates);
  for (Index gone = 1; gone <= longest; ++gone)
    P += redraw_matrix(model, gone) / static_cast<double>(longest);
  return P;
}

/// All tokens redrawn now and then: every state follows every other. Fewer: the first tokens stay,
/// and the catalogue refuses it alone; a sweep of local updates heals it.
TEST(Irreducible, SuffixesOfAllTokensOrWithLocalUpdates) {
  const test::LocalOdds flips(glass().graph(), {LocalRule::metropolis, glass().beta()});
  const test::Successors sweep = flips.sweep(test::by_colours(glass().graph()));
  for (const auto& model : proposals()) {
    const auto all = test::classes_of(test::successors(suffix_matrix(*model, model->tokens())));
    EXPECT_TRUE(all.is_ergodic());
    EXPECT_TRUE(all.is_linked);
    EXPECT_TRUE(
        test::classes_of(test::successors(redraw_matrix(*model, model->tokens()))).is_linked);
    const test::Successors part = test::successors(suffix_matrix(*model, model->tokens() - 1));
    EXPECT_GT(test::classes_of(part).closed, 1);
    EXPECT_TRUE(test::classes_of(test::then(sweep, part)).is_ergodic());
  }
}

TEST(SuffixContract, LeavesTheTargetInvariantByEnumeration) {
  const Eigen::VectorXd pi = weight();
  for (const auto& model : proposals()) {
    const Eigen::VectorXd q = test::normalised(model->log_prob(states()));
    EXPECT_GT((q - pi).cwiseAbs().sum(), 0.3);                    // untrained,
    EXPECT_GT(q.maxCoeff(), 4.0 / static_cast<double>(kStates));  // and not uniform
    const Eigen::MatrixXd mis = redraw_matrix(*model, model->tokens());
    EXPECT_LT(test::stationarity_defect(pi, mis), test::kBar);
    EXPECT_LT(test::detailed_balance_defect(pi, mis), test::kBar);
    for (const Index longest : {Index{1}, Index{2}, model->tokens()}) {
      const Eigen::MatrixXd P = suffix_matrix(*model, longest);
      EXPECT_GE(P.minCoeff(), -1e-15);
      EXPECT_LT(test::stationarity_defect(pi, P), test::kBar);
      EXPECT_LT(test::detailed_balance_defect(pi, P), test::kBar);
    }
  }
}

/// Exact draws of the target, from one uniform each.
Batch exact_draws(const Streams& streams, Index chains) {
  const Eigen::VectorXd pi = weight();
  const Column u = uniform_column(streams, chains);
  Batch s(chains, 9);
  for (Index c = 0; c < chains; ++c) {
    Index state = 0;
    for (double left = u(c) - pi(0); left >= 0 && state + 1 < kStates; left -= pi(state)) ++state;
    s.row(c) = states().row(state);
  }
  return s;
}

/// Chains that all start in one state, after one step: chi^2 against its row of P. 1e-7 each.
void expect_row(const Sampler& sampler, const Eigen::MatrixXd& P, Index from) {
  ChainState state;
  const Streams streams{21, static_cast<std::uint64_t>(from), 0, Purpose::test};
  state.x = states().row(from).replicate(20000, 1);
  sampler.init(state, streams, 20000);
  sampler.step(state, streams);
  const Column row = P.row(from).transpose().array();
  const Column count = test::counts(state.x);
  EXPECT_EQ((row == 0).select(count, 0.0).sum(), 0) << "where P has no way";
  EXPECT_GT(test::agreement(count, row.max(0)), 1e-7) << from;
  EXPECT_TRUE((state.log_p == glass().log_density(state.x)).all());
}

TEST(SuffixStep, IsTheKernelOfTheEnumeration) {
  for (const auto& model : proposals()) {
    for (const Index longest : {Index{2}, Index{0}}) {
      const MetropolisHastings sampler = suffix_sampler(glass(), *model, longest);
      const Eigen::MatrixXd P = suffix_matrix(*model, longest == 0 ? model->tokens() : longest);
      for (const Index from : {0, 77, 300, 511}) expect_row(sampler, P, from);
    }
    const MetropolisHastings independence = independence_sampler(glass(), *model);
    const Eigen::MatrixXd P = redraw_matrix(*model, model->tokens());
    for (const Index from : {0, 77, 300, 511}) expect_row(independence, P, from);
  }
}

TEST(SuffixStep, DecidesByTheRatioOfItsOwnNumbers) {
  const auto all = proposals();
  const Autoregressive& model = *all.front();
  const MetropolisHastings sampler = suffix_sampler(glass(), model, 4);
  ChainState state;
  Streams streams{3, 8, 0, Purpose::test};
  sampler.init(state, streams, 300);
  for (int k = 0; k < 3; ++k) {  // later steps use the ln q that the chain carries
    streams = streams.at_step(streams.step + 1);
    const ChainState before = state;
    const StepInfo info = sampler.step(state, streams);
    const Column u = uniform_column(streams.with(Purpose::suffix), 300);
    std::vector<Index> kept;
    for (Index c = 0; c < 300; ++c) kept.push_back(9 - 1 - static_cast<Index>(4 * u(c)));
    const Draw draw = model.redraw(before.x, kept, streams.with(Purpose::propose));
    const Column log_ratio = glass().log_density(draw.x) - model.log_prob(draw.x) -
                             glass().log_density(before.x) + model.log_prob(before.x);
    const Column coin = uniform_column(streams.with(Purpose::accept), 300);
    for (Index c = 0; c < 300; ++c) {
      EXPECT_NEAR(info.acceptance(c), std::exp(std::min(log_ratio(c), 0.0)), 1e-12);
      EXPECT_EQ(info.accepted(c) == 1, coin(c) < info.acceptance(c));
      const Batch& expected = info.accepted(c) == 1 ? draw.x : before.x;
      EXPECT_TRUE((state.x.row(c) == expected.row(c)).all());
    }
    EXPECT_LT((state.log_q - model.log_prob(state.x)).abs().maxCoeff(), 1e-12);
    EXPECT_TRUE((state.log_p == glass().log_density(state.x)).all());
  }
}

CompositeSampler mixed(CompositeSampler::Mode mode, const Autoregressive& model) {
  std::vector<CompositeSampler::Part> parts;
  parts.push_back({std::make_unique<LocalSpins>(glass(), LocalSpinsOptions{}), 1, "metropolis"});
  parts.push_back(
      {std::make_unique<MetropolisHastings>(suffix_sampler(glass(), model)), 2, "suffix"});
  return {mode, std::move(parts)};
}

/// Exact draws stay exact draws: chi^2 with 511 degrees of freedom at most. 1e-7 each.
TEST(SuffixComposition, WithLocalUpdatesLeavesTheTargetInvariant) {
  constexpr Index kChains = 30000;
  const auto all = proposals();
  for (const auto mode : {CompositeSampler::Mode::cycle, CompositeSampler::Mode::mixture})
    for (const auto& model : {std::cref(*all[0]), std::cref(*all[1])}) {
      const CompositeSampler sampler = mixed(mode, model);
      ChainState state;
      state.x = exact_draws({5, 0, 0, Purpose::test}, kChains);
      const Batch start = state.x;
      EXPECT_GT(test::agreement(test::counts(start), weight().array()), 1e-7);
      sampler.init(state, {5, 0, 0, Purpose::test}, kChains);
      Column part_acceptance = Column::Zero(2);
      for (std::uint64_t k = 1; k <= 4; ++k) {
        const StepInfo info = sampler.step(state, {5, k, 0, Purpose::test});
        for (Index part = 0; part < 2; ++part)
          if (!info.part_acceptance.col(part).hasNaN())
            part_acceptance(part) = info.part_acceptance.col(part).mean();
      }
      const Batch end = state.configurations();
      EXPECT_GT(test::agreement(test::counts(end), weight().array()), 1e-7);
      EXPECT_GT((start != end).rowwise().any().cast<double>().mean(), 0.5);
      EXPECT_GT(part_acceptance.minCoeff(), 0.05);
      // The ln p that the parts hand on is that of the spins, up to the order of its sum.
      EXPECT_LT((state.log_p - glass().log_density(end)).abs().maxCoeff(), 1e-12);
    }
}

}  // namespace
}  // namespace nmc
