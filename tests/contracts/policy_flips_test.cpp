#include "samplers/learned/policy_flips.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "physics/graphs/lattice.hpp"
#include "physics/systems/ising.hpp"
#include "samplers/learned/policy_path.hpp"
#include "tests/contracts/all_outcomes.hpp"
#include "tests/contracts/chain_classes.hpp"
#include "tests/contracts/frequencies.hpp"

/// πP = π of flips that a policy chooses, by enumeration of all paths, before and after training.
namespace nmc {
namespace {

/// Decisions that are written down before, with the probability that they come out so.
class Script {
 public:
  Script(std::vector<std::size_t> path, bool is_taken, bool is_plain = false)
      : path_(std::move(path)), is_taken_(is_taken), is_plain_(is_plain) {}
  bool rests() { return false; }
  bool is_plain() {
    const double share = 1.0 / static_cast<double>(PolicyPath::kPlainShare);
    probability_ *= is_plain_ ? share : 1 - share;
    return is_plain_;
  }
  /// One of as many as there are sites: the enumeration divides by their number.
  std::size_t any_site() { return path_.front(); }
  Index length(Index longest) {
    probability_ /= static_cast<double>(longest);
    return std::ssize(path_);
  }
  std::size_t site(const WeightTree& tree) {
    const std::size_t i = path_[at_++];
    probability_ *= tree.weight(i) / tree.total();
    return i;
  }
  bool accepts(double probability) {
    probability_ *= is_taken_ ? probability : 1 - probability;
    return is_taken_;
  }
  [[nodiscard]] double probability() const { return probability_; }

 private:
  std::vector<std::size_t> path_;
  bool is_taken_, is_plain_;
  std::size_t at_ = 0;
  double probability_ = 1;
};

/// All sequences of 1 … `longest` sites.
std::vector<std::vector<std::size_t>> all_paths(Index sites, Index longest) {
  std::vector<std::vector<std::size_t>> paths{{}}, all;
  for (Index t = 0; t < longest; ++t) {
    std::vector<std::vector<std::size_t>> longer;
    for (const auto& path : paths)
      for (std::size_t i = 0; i < static_cast<std::size_t>(sites); ++i) {
        longer.push_back(path);
        longer.back().push_back(i);
      }
    paths = std::move(longer);
    all.insert(all.end(), paths.begin(), paths.end());
  }
  return all;
}

Eigen::MatrixXd path_matrix(const FlipPolicy& policy, Index longest) {
  const Index states = Index{1} << policy.sites();
  const double rest = 1 / static_cast<double>(policy.sites() + 1);
  Eigen::MatrixXd P = rest * Eigen::MatrixXd::Identity(states, states);
  std::vector<std::int8_t> s(static_cast<std::size_t>(policy.sites()));
  PolicyPath path(policy, longest);
  for (Index state = 0; state < states; ++state)
    for (const auto& sites : all_paths(policy.sites(), longest))
      for (const bool is_taken : {false, true}) {
        test::to_spins(state, s);
        path.begin(s.data());
        Script script(sites, is_taken);
        double probability = 0;
        path.move(script, probability);
        P(state, test::to_state(s)) += (1 - rest) * script.probability();
      }
  const double each = (1 - rest) / static_cast<double>(policy.sites());
  for (Index state = 0; state < states; ++state)
    for (std::size_t i = 0; i < s.size(); ++i)
      for (const bool is_taken : {false, true}) {
        test::to_spins(state, s);
        path.begin(s.data());
        Script script({i}, is_taken, true);
        double probability = 0;
        path.move(script, probability);
        P(state, test::to_state(s)) += each * script.probability();
      }
  return P;
}

Batch numbered_states(Index sites) {
  Batch x(Index{1} << sites, sites);
  std::vector<std::int8_t> s(static_cast<std::size_t>(sites));
  for (Index state = 0; state < x.rows(); ++state) {
    test::to_spins(state, s);
    for (Index i = 0; i < sites; ++i) x(state, i) = s[static_cast<std::size_t>(i)];
  }
  return x;
}

/// Couplings of both signs, fields and a term of four spins.
Graph two_by_two() {
  Graph graph;
  graph.sites = 4;
  graph.bonds = {{0, 1, 0.7}, {1, 3, -1.1}, {2, 3, 0.4}, {2, 0, -0.3}};
  graph.field = {0.3, -0.2, 0, 0.5};
  graph.plaquettes = {{{0, 1, 2, 3}, 0.45}};
  return graph;
}

constexpr double kBeta = 0.5;
constexpr FlipPolicy::Features kUntrained = FlipPolicy::kBalanced, kUniform{0, 0, 0, 0},
                               kOdd{-0.9, 0.2, 0.7, -1.3};

void expect_policy_invariant(const Graph& graph, const FlipPolicy::Features& theta, Index longest) {
  FlipPolicy policy(graph, kBeta);
  policy.set_theta(theta);
  const Eigen::VectorXd pi =
      test::normalised(Ising(graph, kBeta).log_density(numbered_states(graph.sites)));
  const Eigen::MatrixXd P = path_matrix(policy, longest);
  EXPECT_LT(test::stationarity_defect(pi, P), test::kBar);
  EXPECT_LT(test::detailed_balance_defect(pi, P), test::kBar);
  EXPECT_TRUE(test::classes_of(test::successors(P)).is_ergodic());
}

TEST(PolicyFlipsContract, LeavesTheSystemInvariantWhateverThePolicyIs) {
  const Graph torus_of_four = make_graph(torus({2, 2}));
  for (const FlipPolicy::Features& theta : {kUntrained, kUniform, kOdd})
    for (const Index length : {1, 2, 3}) {
      expect_policy_invariant(two_by_two(), theta, length);
      expect_policy_invariant(torus_of_four, theta, length);
    }
}

TEST(PolicyFlipsContract, HoldsOnThreeByThree) {
  const Graph graph = make_graph(torus({3, 3}));
  expect_policy_invariant(graph, kUntrained, 1);
  expect_policy_invariant(graph, kOdd, 2);
}

/// A policy that has learned on the system.
FlipPolicy::Features trained(const SpinTarget& target, Index length) {
  PolicyOptions options;
  options.flips = length;
  PolicyFlips sampler(target, options);
  ChainState state;
  sampler.init(state, {.seed = 1}, 64);
  constexpr Index kWarmup = 40;
  for (Index step = 0; step < kWarmup && is_tuned(sampler.tuning()); ++step) {
    sampler.step(state, {.seed = 1, .step = static_cast<std::uint64_t>(step + 1)});
    sampler.tuning()->adapt({step, kWarmup, Column::Ones(1), state.configurations()});
  }
  EXPECT_TRUE(sampler.tuning()->is_frozen());
  EXPECT_THROW(sampler.tuning()->adapt({kWarmup, kWarmup, Column::Ones(1), {}}), UserError);
  return sampler.policy().theta();
}

TEST(PolicyFlipsContract, HoldsAfterTraining) {
  for (const Index length : {1, 2}) {
    const Graph four = two_by_two(), nine = make_graph(torus({3, 3}));
    const FlipPolicy::Features theta = trained(Ising(four, kBeta), length);
    EXPECT_NE(theta, kUntrained);
    expect_policy_invariant(four, theta, length);
    expect_policy_invariant(nine, trained(Ising(nine, kBeta), length), length);
  }
}

/// The policy of the way back forgotten: a Metropolis step of what the policy chose.
TEST(PolicyFlipsContract, SeesAForgottenRatio) {
  const Graph graph = two_by_two();
  FlipPolicy policy(graph, kBeta);
  const Eigen::VectorXd pi = test::normalised(Ising(graph, kBeta).log_density(numbered_states(4)));
  Eigen::MatrixXd P = Eigen::MatrixXd::Zero(16, 16);
  std::vector<std::int8_t> s(4);
  PolicyState state(policy);
  for (Index from = 0; from < 16; ++from) {
    test::to_spins(from, s);
    state.begin(s.data());
    for (std::size_t i = 0; i < 4; ++i) {
      const double chosen = std::exp(state.log_p(i)),
                   taken = std::min(1.0, std::exp(-state.cost(i)));
      P(from, from ^ (Index{1} << i)) += chosen * taken;
      P(from, from) += chosen * (1 - taken);
    }
  }
  EXPECT_GT(test::stationarity_defect(pi, P), 1e-3);
}

/// The whole sampler with random decisions: chi^2 against the row of P, 1e-7 each.
TEST(PolicyFlipsStep, IsTheKernelOfTheEnumeration) {
  constexpr Index kRows = 20000;
  const Graph graph = two_by_two();
  const Ising ising(graph, kBeta);
  PolicyOptions options;
  options.flips = 2;
  options.moves = 1;
  options.theta = kOdd;
  const PolicyFlips sampler(ising, options);
  const Eigen::MatrixXd P = path_matrix(sampler.policy(), 2);
  for (Index from = 0; from < 16; ++from) {
    ChainState state;
    state.x = numbered_states(4).row(from).replicate(kRows, 1);
    const Streams streams{.seed = 8, .step = static_cast<std::uint64_t>(from)};
    sampler.init(state, streams, kRows);
    sampler.step(state, streams);
    const Batch x = state.configurations();
    EXPECT_GT(test::agreement(test::counts(x), P.row(from).transpose().array()), 1e-7);
    EXPECT_LT((state.log_p - ising.log_density(x)).abs().maxCoeff(), 1e-12);
  }
}

/// ∇ of acceptance × distance against its exact value over all states and paths, differenced.
TEST(PolicyGain, HasTheGradientOfItsMean) {
  const Graph graph = two_by_two();
  const Batch x = numbered_states(4);
  FlipPolicy policy(graph, kBeta);
  constexpr double kByPolicy = 1 - 1.0 / static_cast<double>(PolicyPath::kPlainShare);
  const auto exact_mean = [&](const FlipPolicy::Features& theta) {
    policy.set_theta(theta);
    double mean = 0;
    std::vector<std::int8_t> s(4);
    PolicyPath path(policy, 2);
    for (Index state = 0; state < 16; ++state)
      for (const auto& sites : all_paths(4, 2)) {
        test::to_spins(state, s);
        path.begin(s.data());
        Script script(sites, true);
        double probability = 0;
        path.move(script, probability);
        const bool is_back = sites.size() == 2 && sites[0] == sites[1];
        const double distance = is_back ? 0.0 : static_cast<double>(sites.size());
        mean += script.probability() / kByPolicy * distance / 16;
      }
    return mean;
  };
  constexpr Index kCopies = 4000;
  policy.set_theta(kOdd);
  const PolicyGain gain = policy_gain(policy, 2, x.replicate(kCopies, 1), {.seed = 5});
  // 64000 paths of gains up to 2: 4.5 sigma of the mean are .018, of slopes up to 5 about .1.
  EXPECT_NEAR(gain.mean, exact_mean(kOdd), 0.018);
  for (std::size_t k = 0; k < gain.gradient.size(); ++k) {
    constexpr double h = 1e-4;
    FlipPolicy::Features above = kOdd, below = kOdd;
    above[k] += h;
    below[k] -= h;
    EXPECT_NEAR(gain.gradient[k], (exact_mean(above) - exact_mean(below)) / (2 * h), 0.05) << k;
  }
}

TEST(WeightTree, FindsEveryLeafByItsShare) {
  WeightTree tree(5);
  for (std::size_t leaf = 0; leaf < 5; ++leaf) tree.set(leaf, leaf == 3 ? 0.0 : 1.0);
  EXPECT_EQ(tree.total(), 4);
  EXPECT_EQ(tree.leaf_at(0), 0U);
  EXPECT_EQ(tree.leaf_at(0.26), 1U);
  EXPECT_EQ(tree.leaf_at(0.74), 2U);
  EXPECT_EQ(tree.leaf_at(0.76), 4U);
  EXPECT_EQ(tree.leaf_at(1), 4U);
}

}  // namespace
}  // namespace nmc
