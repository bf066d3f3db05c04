#include <gtest/gtest.h>

#include <cmath>

#include "core/linear/dense.hpp"
#include "models/born_machines/sweep_training.hpp"
#include "models/born_machines/tree_machine.hpp"
#include "tests/models/autoregressive/spin_models.hpp"
#include "tests/support/message_of.hpp"

/// Trees of tensors against the squares of Ψ of all configurations.
namespace nmc {
namespace {

using testing_spins::all_configurations;

TreeSpec tree_spec(Index sites, Index chi) {
  TreeSpec spec{sites, bisected_order({sites}), full_tree_bonds(sites, chi), chi};
  return spec;
}

/// Seven sites in an order that is none of theirs: joints over 4 and 3 leaves, of which one is a
/// leaf and a joint.
std::unique_ptr<TreeMachine> some_tree() {
  TreeSpec spec = tree_spec(7, 3);
  spec.order = {3, 0, 6, 2, 5, 1, 4};
  auto model = std::make_unique<TreeMachine>(std::move(spec), 1);
  testing_spins::scatter_parameters(*model, 1);
  return model;
}

/// The vector on the bond above a node, by the definition, from the packed numbers alone.
std::vector<double> contracted(const TreeMachine& model, const Batch& s, Index chain, Index node) {
  const TreeSpec& spec = model.spec();
  if (node < spec.sites) {
    const bool is_up = s(chain, spec.site(node)) > 0;
    return {is_up ? 0.0 : 1.0, is_up ? 1.0 : 0.0};
  }
  const std::vector<TreeNode> nodes = halved_tree(spec.sites);
  std::size_t at = 0;
  for (Index joint = spec.sites; joint < node; ++joint) {
    const TreeNode& other = nodes[static_cast<std::size_t>(joint)];
    at +=
        static_cast<std::size_t>(spec.bond(other.left) * spec.bond(other.right) * spec.bond(joint));
  }
  const TreeNode& own = nodes[static_cast<std::size_t>(node)];
  const auto a = contracted(model, s, chain, own.left), b = contracted(model, s, chain, own.right);
  std::vector<double> c(static_cast<std::size_t>(spec.bond(node)));
  for (const double l : a)
    for (const double r : b)
      for (double& value : c) value += l * r * model.parameters()[at++];
  return c;
}

Column tree_psi(const TreeMachine& model, const Batch& s) {
  Column psi(s.rows());
  for (Index c = 0; c < s.rows(); ++c)
    psi(c) = contracted(model, s, c, 2 * model.sites() - 2).front();
  return psi;
}

class Tree : public testing::Test {
 protected:
  const std::unique_ptr<TreeMachine> owner_ = some_tree();
  const TreeMachine& model_ = *owner_;
  const Batch all_ = all_configurations(7);
};

TEST_F(Tree, IsTheSquareOfPsi) {
  const Column psi = tree_psi(model_, all_);
  const double log_z = std::log(psi.square().sum());
  EXPECT_NEAR(model_.log_z(), log_z, 1e-12);
  EXPECT_LT((model_.log_prob(all_) - (psi.square().log() - log_z)).abs().maxCoeff(), 1e-10);
  EXPECT_NEAR(model_.log_prob(all_).exp().sum(), 1, 1e-12);
  // Leaf by leaf it is the same density.
  EXPECT_LT(
      (model_.log_conditionals(all_).rowwise().sum() - model_.log_prob(all_)).abs().maxCoeff(),
      1e-10);
}

TEST_F(Tree, MarginalsAreSumsOverWhatIsNotGiven) {
  const Column p = model_.log_prob(all_).exp();
  Batch u(60, 7);
  fill_uniform({.seed = 5}, u);
  const Batch given = (u < 0.4).select(1.0, (u < 0.7).select(Batch::Zero(60, 7), -1.0));
  const Column found = model_.log_marginal(given);
  for (Index c = 0; c < given.rows(); ++c) {
    double sum = 0;
    for (Index k = 0; k < all_.rows(); ++k)
      if ((given.row(c) == 0 || given.row(c) == all_.row(k)).all()) sum += p(k);
    EXPECT_NEAR(std::exp(found(c)), sum, 1e-12);
  }
  EXPECT_NEAR(model_.log_marginal(Batch::Zero(1, 7))(0), 0, 1e-15);
}

// 6400 draws of three spins, eight outcomes: χ² of 7 degrees passes 40 once in a million.
TEST_F(Tree, FillsWhatIsNotGivenWithItsExactConditionals) {
  constexpr Index kDraws = 6400;
  Batch given = Batch::Zero(1, 7);
  given(0, 0) = 1;
  given(0, 2) = -1;
  given(0, 5) = 1;
  given(0, 4) = -1;
  const Draw draw = model_.fill(given.replicate(kDraws, 1), {.seed = 3});
  const double of_given = model_.log_marginal(given)(0);
  EXPECT_LT((draw.log_q - (model_.log_prob(draw.x) - of_given)).abs().maxCoeff(), 1e-10);
  std::vector<double> seen(8);
  for (Index c = 0; c < kDraws; ++c) {
    EXPECT_TRUE((given.row(0) == 0 || given.row(0) == draw.x.row(c)).all());
    seen[static_cast<std::size_t>((draw.x(c, 1) > 0) + 2 * (draw.x(c, 3) > 0) +
                                  4 * (draw.x(c, 6) > 0))] += 1;
  }
  double chi2 = 0;
  for (std::size_t k = 0; k < 8; ++k) {
    Batch full = given;
    full(0, 1) = (k & 1) != 0 ? 1 : -1;
    full(0, 3) = (k & 2) != 0 ? 1 : -1;
    full(0, 6) = (k & 4) != 0 ? 1 : -1;
    const double expected = kDraws * std::exp(model_.log_prob(full)(0) - of_given);
    chi2 += (seen[k] - expected) * (seen[k] - expected) / expected;
  }
  EXPECT_LT(chi2, 40);
}

// Of every cut, from Ψ as a matrix of what lies below a bond and of all else.
TEST_F(Tree, SchmidtValuesAreThoseOfItsCuts) {
  const Column psi = tree_psi(model_, all_) / std::exp(0.5 * model_.log_z());
  const std::vector<TreeNode> nodes = halved_tree(7);
  const std::vector<Eigen::VectorXd> found = model_.schmidt_values();
  std::size_t cut = 0;
  for (std::size_t node = 0; node + 1 < nodes.size(); ++node) {
    if (static_cast<Index>(node) == nodes.back().right) continue;
    const Index below = nodes[node].leaves;
    Eigen::MatrixXd matrix = Eigen::MatrixXd::Zero(Index{1} << below, Index{1} << (7 - below));
    for (Index k = 0; k < all_.rows(); ++k) {
      Index row = 0, column = 0;
      for (Index place = 0; place < 7; ++place) {
        const bool is_below = place >= nodes[node].first && place < nodes[node].first + below;
        Index& at = is_below ? row : column;
        at = 2 * at + (all_(k, model_.spec().site(place)) > 0 ? 1 : 0);
      }
      matrix(row, column) = psi(k);
    }
    const Eigen::VectorXd exact = linear::thin_svd(matrix).values;
    const Eigen::VectorXd& own = found[cut++];
    ASSERT_LE(own.size(), exact.size());
    EXPECT_LT((own - exact.head(own.size())).cwiseAbs().maxCoeff(), 1e-12) << node;
    EXPECT_NEAR(own.squaredNorm(), 1, 1e-12);
  }
  EXPECT_EQ(cut, found.size());
}

TEST_F(Tree, CanonicalFormIsTheSameState) {
  const UpCanonical tree = up_canonical(model_.state());
  for (const Eigen::MatrixXd& T : tree.state.tensors)
    EXPECT_TRUE((T.transpose() * T).isIdentity(1e-12));
  const TreeMachine again({7, model_.spec().order, bonds_of(tree.state), 3},
                          pack(tree.state.tensors));
  EXPECT_NEAR(again.log_z(), 0, 1e-12);
  EXPECT_LT(
      (tree_psi(again, all_) * std::exp(tree.log_norm) - tree_psi(model_, all_)).abs().maxCoeff(),
      1e-12);
}

TEST(BisectedOrder, KeepsHalvesTogether) {
  EXPECT_EQ(bisected_order({4, 2}), (std::vector<Index>{0, 4, 1, 5, 2, 6, 3, 7}));
  EXPECT_EQ(bisected_order({3}), (std::vector<Index>{0, 1, 2}));
}

// Whatever its bonds carry beside, Ψ is the product of the spins.
TEST(IndependentTree, IsAProductOfSpins) {
  Column up(7);
  up << 0.1, 0.5, 0.9, 0.3, 1, 0.6, 0.2;
  const TreeState state = independent_tree(up, 5);
  for (const Eigen::MatrixXd& T : state.tensors) EXPECT_TRUE((T.transpose() * T).isIdentity(1e-12));
  const TreeSpec spec{7, bisected_order({7}), bonds_of(state), 5};
  EXPECT_EQ(spec.bonds, full_tree_bonds(7, 5));
  const TreeMachine model(spec, pack(state.tensors));
  const Batch s = all_configurations(7);
  Column p = Column::Ones(s.rows());
  for (Index i = 0; i < 7; ++i)
    p *= (s.col(i) > 0).select(up(i), Column::Constant(s.rows(), 1 - up(i)));
  EXPECT_LT((model.log_prob(s).exp() - p).abs().maxCoeff(), 1e-12);
}

struct Process {
  Ranks ranks;
  Threads threads{1};
  Workers workers{&ranks, &threads};
};

/// Draws that come several times, each spin near the one before.
Batch chain_data(Index sites) {
  Batch s(300, sites), u(300, sites);
  fill_uniform({.seed = 8}, u);
  s.col(0) = (u.col(0) < 0.5).select(Column::Ones(300), -1.0);
  for (Index i = 1; i < sites; ++i) s.col(i) = (u.col(i) < 0.8).select(s.col(i - 1), -s.col(i - 1));
  return s;
}

SweepOptions tree_sweeps(Index steps, Index chi, double cutoff) {
  SweepOptions options;
  options.limits.steps = steps;
  options.pairs = {chi, cutoff, 3};
  return options;
}

// Bonds that are wide enough take any Ψ: the least −ln q is the entropy of the data.
TEST(TreeSweeps, ReachTheEntropyOfAnyDataWithBondsThatAreWideEnough) {
  const Process one;
  for (const Index sites : {3, 6, 7}) {
    const Batch s = chain_data(sites);
    TreeMachine model(tree_spec(sites, 8), 1);
    const Column weight = spin_data(s, model.spec().order).weight;
    SweepTraining training({&model, &model}, {s, {}}, tree_sweeps(60, 16, 0), one.workers);
    training.run({}, {});
    EXPECT_NEAR(training.state().log.back().losses.front().mean, -(weight * weight.log()).sum(),
                1e-8)
        << sites;
    EXPECT_NEAR(model.log_z(), 0, 1e-12);
    double before = 1e9;
    for (const StepRecord& record : training.state().log) {
      EXPECT_LE(record.losses.front().mean, before + 1e-12) << record.step;
      before = record.losses.front().mean;
    }
  }
}

// A training goes on from its state as if it had never stopped.
TEST(TreeSweeps, GoOnFromTheirState) {
  const Process one;
  const Batch s = chain_data(7);
  TreeMachine whole(tree_spec(7, 3), 1), half(tree_spec(7, 3), 1), rest(tree_spec(7, 3), 2);
  SweepTraining all({&whole, &whole}, {s, {}}, tree_sweeps(6, 3, 0.01), one.workers);
  all.run({}, {});
  SweepTraining first({&half, &half}, {s, {}}, tree_sweeps(3, 3, 0.01), one.workers);
  first.run({}, {});
  SweepTraining second({&rest, &rest}, {s, {}}, tree_sweeps(6, 3, 0.01), one.workers);
  second.set_state(first.state());
  second.run({}, {});
  EXPECT_EQ(whole.spec().bonds, rest.spec().bonds);
  EXPECT_TRUE(std::ranges::equal(whole.parameters(), rest.parameters()));
}

TEST(TreeMachine, WhatIsNoneIsRefused) {
  const auto made = [](const TreeSpec& spec) {
    return message_of([&] { (void)TreeMachine(spec, 1); });
  };
  EXPECT_NE(made({2, {0, 1}, {2, 2, 1}, 0}).find("chi = 0"), std::string::npos);
  EXPECT_NE(made({1, {0}, {1}, 1}).find("two at least"), std::string::npos);
  EXPECT_NE(made({2, {0, 1}, {2, 2, 3}, 1}).find("above the root"), std::string::npos);
  EXPECT_NE(made({2, {0, 1}, {2, 3, 1}, 1}).find("two values"), std::string::npos);
  EXPECT_NE(made({2, {0, 1}, {2, 2}, 1}).find("2 bonds of a tree"), std::string::npos);
  EXPECT_NE(made({2, {0, 0}, {2, 2, 1}, 1}).find("site 0 twice"), std::string::npos);
  const TreeSpec two{2, {0, 1}, {2, 2, 1}, 1};
  EXPECT_NE(message_of([&] {
              (void)TreeMachine(two, std::vector<double>(4, 0.0));
            }).find("Ψ = 0 for all"),
            std::string::npos);
  const TreeMachine up(two, std::vector<double>{0, 0, 0, 1});
  EXPECT_NE(
      message_of([&] { (void)up.fill(Batch::Constant(1, 2, -1.0), {}); }).find("probability 0"),
      std::string::npos);
  EXPECT_LT(up.log_prob(Batch::Constant(1, 2, -1.0))(0), -690);
  EXPECT_NE(message_of([&] { up.check_sweeps(); }).find("no bond between joints"),
            std::string::npos);
}

}  // namespace
}  // namespace nmc
