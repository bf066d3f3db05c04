#include "samplers/ladder/tempering.hpp"

#include <gtest/gtest.h>

#include "tests/contracts/local_odds.hpp"
#include "tests/contracts/tiny_systems.hpp"
#include "tests/samplers/ladder/ladder_systems.hpp"

/// Exchanges on the product space of all temperatures, by their enumerated transition matrix.
namespace nmc {
namespace {

using test::all_spins;

/// Every joint state of `rungs` copies of a system with S configurations, one ladder each:
/// configuration of rung r in joint state j is digit r of j in base S.
struct Joint {
  Index rungs, states;
  [[nodiscard]] Index count() const {
    Index n = 1;
    for (Index r = 0; r < rungs; ++r) n *= states;
    return n;
  }
  [[nodiscard]] Index digit(Index joint, Index rung) const {
    for (Index r = 0; r < rung; ++r) joint /= states;
    return joint % states;
  }
  [[nodiscard]] Batch rows(const Batch& configurations) const {
    Batch x(count() * rungs, configurations.cols());
    for (Index j = 0; j < count(); ++j)
      for (Index r = 0; r < rungs; ++r) x.row(j * rungs + r) = configurations.row(digit(j, r));
    return x;
  }
  [[nodiscard]] Index number(const Batch& rows, Index joint) const {
    Index j = 0;
    for (Index r = rungs; r-- > 0;) {
      Index state = 0;
      for (Index i = rows.cols(); i-- > 0;) state = 2 * state + (rows(joint * rungs + r, i) > 0);
      j = j * states + state;
    }
    return j;
  }
};

/// π of the joint states, and P(from, to) of one round of exchanges for all from at once:
/// visit(to, odds) with a column over from each. The pairs of a round decide independently, with
/// the alphas that decide() gives: P is a sum over all subsets of accepted pairs.
template <class Visit>
Column round_of_exchanges(const LadderWalk& walk, const Tempering& tempering, const Ising& ising,
                          std::uint64_t step, const Visit& visit) {
  const Joint joint{tempering.rungs(), Index{1} << ising.sites()};
  const Streams streams{4, step, 0, Purpose::test};
  ChainState state;
  state.x = joint.rows(all_spins(ising.sites()));
  walk.init(state, streams, state.x.rows());
  const Index parity = Tempering::parity(streams);
  const auto decisions =
      tempering.decide(state.log_p, walk.log_p_exchanged(state, parity), streams);
  Column pi(joint.count());
  for (Index j = 0; j < joint.count(); ++j)
    pi(j) = std::exp(state.log_p.segment(j * joint.rungs, joint.rungs).sum());
  pi /= pi.sum();
  const Index pairs = (joint.rungs - parity) / 2;
  for (Index subset = 0; subset < Index{1} << pairs; ++subset) {
    ChainState moved = state;
    std::vector<std::uint8_t> marks(decisions.marks.size(), 0);
    Column odds = Column::Ones(joint.count());
    for (Index j = 0; j < joint.count(); ++j)
      for (Index p = 0; p < pairs; ++p) {
        const Index row = j * joint.rungs + parity + 2 * p;
        const bool is_accepted = (subset >> p & 1) != 0;
        marks[static_cast<std::size_t>(row)] = is_accepted ? 1 : 0;
        odds(j) *= is_accepted ? decisions.alpha(row) : 1 - decisions.alpha(row);
      }
    walk.exchange(moved, marks);
    const Batch rows = moved.configurations();
    std::vector<Index> to(static_cast<std::size_t>(joint.count()));
    for (Index j = 0; j < joint.count(); ++j)
      to[static_cast<std::size_t>(j)] = joint.number(rows, j);
    visit(to, odds);
  }
  return pi;
}

/// |πP − π| of one round of exchanges.
double exchange_defect(const LadderWalk& walk, const Tempering& tempering, const Ising& ising,
                       std::uint64_t step) {
  std::vector<std::pair<std::vector<Index>, Column>> arrows;
  const Column pi = round_of_exchanges(
      walk, tempering, ising, step,
      [&](const std::vector<Index>& to, const Column& odds) { arrows.emplace_back(to, odds); });
  Column after = Column::Zero(pi.size());
  for (const auto& [to, odds] : arrows)
    for (Index j = 0; j < pi.size(); ++j) after(to[static_cast<std::size_t>(j)]) += pi(j) * odds(j);
  return (after - pi).abs().maxCoeff();
}

/// Where one round of exchanges can lead.
test::Successors exchanges(const LadderWalk& walk, const Tempering& tempering, const Ising& ising,
                           std::uint64_t step) {
  test::Successors next;
  round_of_exchanges(walk, tempering, ising, step,
                     [&](const std::vector<Index>& to, const Column& odds) {
                       next.resize(to.size());
                       for (std::size_t j = 0; j < to.size(); ++j)
                         if (odds(static_cast<Index>(j)) > 0)
                           next[j].push_back(static_cast<std::uint32_t>(to[j]));
                     });
  return next;
}

TemperingOptions fixed(std::vector<double> betas) {
  return {std::move(betas), false, 1};
}

TEST(Exchange, LeavesTheProductOfTwoTemperaturesInvariantOn2x2) {
  const Graph graph = test::small_glass(2, 2, true);
  const Ising ising(graph, 1);
  for (const SpinLayout layout : {SpinLayout::lanes, SpinLayout::bytes}) {
    auto walk = test::plain_ladder(ising, layout);
    const LadderWalk& seen = *walk;
    const Tempering tempering(std::move(walk), fixed({0.2, 0.9}));
    EXPECT_LT(exchange_defect(seen, tempering, ising, 0), 1e-12);
  }
}

TEST(Exchange, LeavesTheProductOfFourTemperaturesInvariantInBothParities) {
  Graph graph;
  graph.sites = 3;
  graph.bonds = {{0, 1, 1.3}, {1, 2, -0.4}};
  graph.field = {0.3, 0, -0.2};
  const Ising ising(graph, 1);
  auto walk = test::plain_ladder(ising, SpinLayout::lanes);
  const LadderWalk& seen = *walk;
  const Tempering tempering(std::move(walk), fixed({0, 0.4, 0.7, 1.5}));
  auto rungs = test::plain_rungs(graph);
  const LadderWalk& general = *rungs;
  const Tempering generic(std::move(rungs), fixed({0, 0.4, 0.7, 1.5}));
  for (const std::uint64_t step : {0, 1}) {
    EXPECT_LT(exchange_defect(seen, tempering, ising, step), 1e-12);
    EXPECT_LT(exchange_defect(general, generic, ising, step), 1e-12);
  }
}

TEST(Exchange, DecidesByItsOwnUniformsAndKeepsLogPCurrent) {
  const Ising ising(test::small_glass(3, 3), 1);
  const std::vector<double> betas{0.1, 0.3, 0.6, 1.0, 1.1};
  const Tempering tempering(test::plain_ladder(ising, SpinLayout::lanes), fixed(betas));
  ChainState state;
  tempering.init(state, {8, 0, 35, Purpose::test}, 40);
  Index accepted = 0;
  for (std::uint64_t step = 1; step < 20; ++step) {
    const Streams streams{8, step, 35, Purpose::test};
    const Batch memory = state.memory;
    tempering.step(state, streams);
    const Column energy = ising.energy(state.spins);
    for (Index row = 0; row < 40; ++row)
      EXPECT_EQ(state.log_p(row), -betas[static_cast<std::size_t>(row % 5)] * energy(row));
    const Column u = uniform_column(streams.with(Purpose::swap), 40);
    const Batch counts = state.memory - memory;
    for (Index row = 0; row < 40; ++row) {
      const bool is_lower = row % 5 % 2 == static_cast<Index>(step % 2) && row % 5 < 4;
      EXPECT_EQ(counts(row, ReplicaMemory::tries), is_lower ? 1 : 0);
      const bool was_accepted = u(row) < counts(row, ReplicaMemory::alpha);
      EXPECT_EQ(counts(row, ReplicaMemory::accepted), is_lower && was_accepted ? 1 : 0);
      accepted += is_lower && was_accepted ? 1 : 0;
    }
  }
  EXPECT_GT(accepted, 20);
}

/// Local updates of every rung, rung 0 the lowest digit. At beta = 0 spins are drawn afresh.
test::Successors walks(const Graph& graph, const std::vector<double>& betas, LocalRule rule) {
  test::Successors joint{{0}};
  for (const double beta : betas) {
    const test::LocalKernel kernel{beta > 0 ? rule : LocalRule::heat_bath, beta};
    joint = test::beside(joint, test::LocalOdds(graph, kernel).sweep(test::by_colours(graph)));
  }
  return joint;
}

TEST(Irreducible, LaddersWithEitherParityOfExchanges) {
  for (const Graph& graph : {test::ring(3), test::ring(3, -1), test::with_fields(test::ring(3)),
                             test::with_signs(test::ring(3), 2)})
    for (const LocalRule rule : {LocalRule::metropolis, LocalRule::heat_bath})
      for (const std::vector<double>& betas :
           {std::vector<double>{0.2, 0.9}, {0, 0.4, 2.0}, {1e-9, 0.4, 0.7}}) {
        const Ising ising(graph, 1);
        auto walk = test::plain_ladder(ising, SpinLayout::lanes);
        const LadderWalk& seen = *walk;
        const Tempering tempering(std::move(walk), fixed(betas));
        const test::Successors flips = walks(graph, betas, rule);
        EXPECT_TRUE(test::classes_of(flips).is_linked);
        const auto even = test::then(flips, exchanges(seen, tempering, ising, 0));
        const auto odd = test::then(flips, exchanges(seen, tempering, ising, 1));
        EXPECT_TRUE(test::classes_of(test::then(even, odd)).is_ergodic());
        EXPECT_TRUE(test::classes_of(test::then(odd, even)).is_ergodic());
      }
}

/// One percent too much acceptance.
TEST(Mutation, OnePercentWrongExchangesAreSeen) {
  class Wrong final : public LadderWalk {
   public:
    explicit Wrong(std::unique_ptr<LadderWalk> right) : right_(std::move(right)) {}
    [[nodiscard]] Index sites() const override { return right_->sites(); }
    void set_betas(const std::vector<double>& betas) override { right_->set_betas(betas); }
    void init(ChainState& s, const Streams& t, Index n) const override { right_->init(s, t, n); }
    StepInfo walk(ChainState& s, const Streams& t, const Task& k) const override {
      return right_->walk(s, t, k);
    }
    [[nodiscard]] Column log_p_exchanged(const ChainState& s, Index parity) const override {
      return right_->log_p_exchanged(s, parity) + 0.005;
    }
    void exchange(ChainState& s, std::span<const std::uint8_t> marks) const override {
      right_->exchange(s, marks);
    }

   private:
    std::unique_ptr<LadderWalk> right_;
  };
  const Ising ising(test::small_glass(2, 2, true), 1);
  auto walk = std::make_unique<Wrong>(test::plain_ladder(ising, SpinLayout::lanes));
  const LadderWalk& seen = *walk;
  const Tempering tempering(std::move(walk), fixed({0.2, 0.9}));
  EXPECT_GT(exchange_defect(seen, tempering, ising, 0), 1e-7);
}

}  // namespace
}  // namespace nmc
