#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "physics/graphs/lattice.hpp"
#include "physics/systems/graph_labels.hpp"
#include "samplers/cluster/label_clusters.hpp"
#include "samplers/local/local_labels.hpp"
#include "samplers/local/pair_sweeps.hpp"
#include "tests/contracts/all_outcomes.hpp"
#include "tests/contracts/chain_classes.hpp"
#include "tests/contracts/label_kernels.hpp"
#include "tests/contracts/tiny_systems.hpp"

/// πP = π, detailed balance and one aperiodic class of every kernel of labels, by enumeration:
/// Potts q = 2, 3, 4 and clock q = 3, 4, 5.
namespace nmc {
namespace {

struct LabelCase {
  std::string name;
  GraphLabels target;
};

LabelCoupling coupling_of(bool is_clock, Index q) {
  return is_clock ? clock_coupling(q) : potts_coupling(q);
}

Graph chain_of_three() {
  Graph graph;
  graph.sites = 3;
  graph.bonds = {{0, 1, 0.7}, {1, 2, -1.3}};
  return graph;
}

Graph in_fields(Graph graph, double scale) {
  for (Index i = 0; i < graph.sites; ++i) graph.field.push_back(scale * (i % 2 == 0 ? 0.3 : 0.45));
  graph.torus.clear();
  return graph;
}

std::vector<LabelCase> label_cases() {
  std::vector<LabelCase> cases;
  for (const auto& [is_clock, q] : {std::pair<bool, Index>{false, 2},
                                    {false, 3},
                                    {false, 4},
                                    {true, 3},
                                    {true, 4},
                                    {true, 5}}) {
    const std::string kind = (is_clock ? "clock " : "potts ") + std::to_string(q);
    const LabelCoupling coupling = coupling_of(is_clock, q);
    const auto add = [&](const std::string& name, const Graph& graph, double beta) {
      cases.push_back({kind + ", " + name, GraphLabels(graph, coupling, beta)});
    };
    for (const double beta : {0.0, 0.6}) add("ring of 3", test::ring(3), beta);
    add("antiferromagnetic ring of 3", test::ring(3, -1), 0.9);
    add("both signs", chain_of_three(), 0.8);
    add("fields", in_fields(test::ring(3), 1), 0.7);
    add("fields against label 0", in_fields(test::ring(3), -1), 0.7);
    if (q <= 3) add("2x2 torus", make_graph(torus({2, 2})), 0.4);
  }
  return cases;
}

void expect_right(const Eigen::VectorXd& pi, const Eigen::MatrixXd& P) {
  EXPECT_LT(test::stationarity_defect(pi, P), test::kBar);
  const test::ChainClasses classes = test::classes_of(test::successors(P));
  EXPECT_TRUE(classes.is_ergodic()) << classes.closed << " closed, period " << classes.period;
  EXPECT_TRUE(classes.is_linked);
}

std::vector<Index> in_order(Index sites) {
  std::vector<Index> order;
  for (Index i = 0; i < sites; ++i) order.push_back(i);
  return order;
}

TEST(LabelContract, SweepsLeaveTheWeightInvariantAndReachAllStates) {
  for (const auto& [name, target] : label_cases())
    for (const LocalRule rule : {LocalRule::metropolis, LocalRule::heat_bath}) {
      SCOPED_TRACE(name);
      const Eigen::VectorXd pi = test::label_weights(target);
      expect_right(pi, test::label_sweep(target, rule, in_order(target.sites())));
      for (Index site = 0; site < target.sites(); ++site)
        EXPECT_LT(test::detailed_balance_defect(pi, test::label_visit(target, rule, site)),
                  test::kBar);
    }
}

TEST(LabelContract, ClustersLeaveTheWeightInvariantAndReachAllStates) {
  for (const auto& [name, target] : label_cases()) {
    SCOPED_TRACE(name);
    const Eigen::VectorXd pi = test::label_weights(target);
    const LabelBonds bonds(target);
    for (const Eigen::MatrixXd& P : {test::label_wolff(bonds), test::label_swendsen_wang(bonds)}) {
      EXPECT_LT(test::stationarity_defect(pi, P), test::kBar);
      EXPECT_LT(test::detailed_balance_defect(pi, P), test::kBar);
      expect_right(pi, P);
    }
  }
}

// At the largest β all odds but those of ties are below 2^-64; what matters is that none is 0.
TEST(LabelContract, SweepsReachAllStatesAtAnyTemperature) {
  for (const double beta : {0.0, 1e-12, 60.0, 1e5})
    for (const Index q : {2, 3})
      for (const LocalRule rule : {LocalRule::metropolis, LocalRule::heat_bath}) {
        const GraphLabels target(test::ring(4, -1), potts_coupling(q), beta);
        const auto sweep = [&](const std::vector<Index>& order) {
          test::Successors all;
          for (const Index site : order) {
            const auto next = test::successors(test::label_visit(target, rule, site));
            all = all.empty() ? next : test::then(all, next);
          }
          return test::classes_of(all);
        };
        EXPECT_TRUE(sweep({0, 1, 2, 3}).is_ergodic()) << beta;
        EXPECT_TRUE(sweep({0, 2, 1, 3}).is_ergodic()) << beta;
      }
}

// Whether a proposal is accepted for certain is what decides between one class and many.
TEST(Mutation, CertainAcceptanceOfLabelsIsSeen) {
  const GraphLabels target(test::ring(4), potts_coupling(2), 0);
  test::Successors all;
  for (const Index site : {0, 1, 2, 3}) {
    auto next = test::successors(test::label_visit(target, LocalRule::metropolis, site));
    for (std::size_t state = 0; state < next.size(); ++state)
      std::erase(next[state], static_cast<std::uint32_t>(state));
    all = all.empty() ? next : test::then(all, next);
  }
  EXPECT_FALSE(test::classes_of(all).is_ergodic());
}

/// Largest pull of the counts of one step from every state against the enumerated matrix.
double largest_label_pull(const Sampler& sampler, const LabelTarget& target,
                          const Eigen::MatrixXd& P) {
  constexpr Index kCopies = 4000;
  const Batch states = test::all_label_states(target);
  double worst = 0;
  for (Index state = 0; state < P.rows(); ++state) {
    ChainState chains;
    chains.x = states.row(state).replicate(kCopies, 1);
    const Streams streams{17, static_cast<std::uint64_t>(state), 0, Purpose::test};
    sampler.init(chains, streams, kCopies);
    sampler.step(chains, streams);
    Eigen::VectorXd count = Eigen::VectorXd::Zero(P.rows());
    for (Index c = 0; c < kCopies; ++c) {
      double number = 0;
      for (Index i = target.sites(); i-- > 0;)
        number = number * static_cast<double>(target.states()) + chains.x(c, i);
      count(static_cast<Index>(number)) += 1;
    }
    for (Index to = 0; to < P.cols(); ++to) {
      const double p = P(state, to), expected = kCopies * p;
      if (p == 0) worst = std::max(worst, count(to) > 0 ? 1e9 : 0.0);
      if (expected > 20)
        worst = std::max(worst, std::abs(count(to) - expected) / std::sqrt(expected * (1 - p)));
    }
  }
  return worst;
}

// 5.5 sigma, 3 systems of 27 states with 4 kernels: false alarm below 8748 x 4e-8 = 4e-4 for a new
// seed.
TEST(LabelStep, HasTheEnumeratedOdds) {
  for (const auto& [graph, coupling] : {std::pair{test::ring(3), potts_coupling(3)},
                                        {in_fields(test::ring(3), 1), potts_coupling(3)},
                                        {chain_of_three(), clock_coupling(3)}}) {
    const GraphLabels target(graph, coupling, 0.7);
    for (const LocalRule rule : {LocalRule::metropolis, LocalRule::heat_bath}) {
      const LocalLabelsOptions options{rule, SiteOrder::sequential};
      const Eigen::MatrixXd P = test::label_sweep(target, rule, {0, 1, 2});
      EXPECT_LT(largest_label_pull(PairSweeps(target, options), target, P), 5.5);
    }
    const LabelBonds bonds(target);
    EXPECT_LT(largest_label_pull(LabelWolff(target, {}), target, test::label_wolff(bonds)), 5.5);
    EXPECT_LT(largest_label_pull(LabelSwendsenWang(target, LabelStart::random), target,
                                 test::label_swendsen_wang(bonds)),
              5.5);
  }
}

/// A system that gives its energies alone.
class EnergiesAlone final : public LabelTarget {
 public:
  explicit EnergiesAlone(const GraphLabels& target) : target_(target) {}
  [[nodiscard]] Index sites() const override { return target_.sites(); }
  [[nodiscard]] Index states() const override { return target_.states(); }
  [[nodiscard]] double beta() const override { return target_.beta(); }
  [[nodiscard]] Column energy(const Batch& s) const override { return target_.energy(s); }

 private:
  const GraphLabels& target_;
};

// With tables, without (q = 12 has none), and from energies alone; bits of energies that differ in
// the last place would be seen in one of 1e13 decisions.
TEST(PairSweeps, MakesTheDecisionsOfThePlainSampler) {
  Graph open = make_graph({{4, 3}, {true, false}});
  open.bonds[2].J = -0.5;
  for (const auto& [graph, coupling] :
       {std::pair{make_graph(torus({4, 4})), potts_coupling(3)},
        {open, potts_coupling(4)},
        {in_fields(make_graph(torus({4, 4})), 1), clock_coupling(5)},
        {make_graph(torus({4, 4})), clock_coupling(12)}})
    for (const LocalRule rule : {LocalRule::metropolis, LocalRule::heat_bath})
      for (const auto order : {SiteOrder::colours, SiteOrder::sequential, SiteOrder::random}) {
        const GraphLabels target(graph, coupling, 0.8);
        const EnergiesAlone plain(target);
        const PairSweeps fast(target, {rule, order});
        const LocalLabels known(target, {rule, order}, target.graph());
        ChainState a, b, c;
        const Streams start{3, 0, 5, Purpose::test}, first{3, 1, 5, Purpose::test};
        for (const auto& [sampler, state] :
             {std::pair<const Sampler*, ChainState*>{&fast, &a}, {&known, &b}}) {
          sampler->init(*state, start, 6);
          sampler->steps(*state, first, 8);
        }
        EXPECT_TRUE((a.x == b.x).all());
        EXPECT_TRUE((a.log_p == b.log_p).all());
        EXPECT_TRUE((a.energy == target.energy(a.x)).all());
        if (order == SiteOrder::colours) continue;
        const LocalLabels alone(plain, {rule, order});
        alone.init(c, start, 6);
        alone.steps(c, first, 8);
        EXPECT_TRUE((a.x == c.x).all());
      }
}

// Chains 2 … 4 of five, alone: RowIndependence; and seven steps as three and four.
TEST(LabelSamplers, GiveTheSameChainsInAnyChunkAndInAnyPieces) {
  const GraphLabels target(make_graph(torus({4, 4})), potts_coupling(3), 0.9);
  const GraphLabels clock(make_graph(torus({4, 4})), clock_coupling(5), 0.9);
  const PairSweeps sweeps(target, {});
  const LabelWolff wolff(clock, {3});
  const LabelSwendsenWang all(target, LabelStart::random), turned(clock, LabelStart::random);
  for (const Sampler* sampler :
       std::initializer_list<const Sampler*>{&sweeps, &wolff, &all, &turned}) {
    ChainState whole, part;
    const Streams streams{5, 0, 0, Purpose::test};
    sampler->init(whole, streams, 5);
    sampler->steps(whole, streams.at_step(1), 7);
    const Streams later = streams.from_chain(2);
    sampler->init(part, later, 3);
    sampler->steps(part, later.at_step(1), 3);
    ChainState resumed;
    resumed.x = part.x;
    sampler->init(resumed, later.at_step(4), 3);
    sampler->steps(resumed, later.at_step(4), 4);
    EXPECT_TRUE((whole.x.middleRows(2, 3) == resumed.x).all());
    EXPECT_TRUE((whole.energy.segment(2, 3) == resumed.energy).all());
  }
}

}  // namespace
}  // namespace nmc
