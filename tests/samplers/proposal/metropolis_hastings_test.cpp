#include "samplers/proposal/metropolis_hastings.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

#include "samplers/proposal/random_walk.hpp"
#include "tests/samplers/test_densities.hpp"

namespace nmc {
namespace {

/// Stays where it is, and says of it what a test wants.
class Still final : public Proposal {
 public:
  enum class Mistake { none, no_log_q, no_ratio };
  explicit Still(Mistake mistake, Support support = Support::real)
      : mistake_(mistake), support_(support) {}
  [[nodiscard]] Index sites() const override { return 2; }
  [[nodiscard]] Support support() const override { return support_; }
  void init(ChainState& state, const Streams&, Index chains) const override {
    state.x = Batch::Ones(chains, 2);
    state.log_q = Column::Zero(chains);
  }
  [[nodiscard]] Proposed propose(const ChainState& state, const Streams&, Index) const override {
    ChainState next;
    next.x = state.x;
    if (mistake_ != Mistake::no_log_q) next.log_q = state.log_q;
    return {std::move(next), mistake_ == Mistake::no_ratio ? Column() : Column::Zero(3)};
  }

 private:
  Mistake mistake_;
  Support support_;
};

TEST(MetropolisHastings, StopsAtAProposalThatForgetsItsRatio) {
  using Mistake = Still::Mistake;
  const test::Quartic quartic(2);
  for (const Mistake mistake : {Mistake::none, Mistake::no_log_q, Mistake::no_ratio}) {
    MetropolisHastings sampler(quartic, std::make_unique<Still>(mistake));
    ChainState state;
    sampler.init(state, {1, 0, 0, Purpose::test}, 3);
    if (mistake == Mistake::none)
      EXPECT_TRUE((sampler.step(state, {1, 1, 0, Purpose::test}).acceptance == 1).all());
    else
      EXPECT_THROW(sampler.step(state, {1, 1, 0, Purpose::test}), std::logic_error);
  }
}

TEST(MetropolisHastings, RefusesAProposalOfAnotherSupportOrSize) {
  using Mistake = Still::Mistake;
  const test::Quartic two(2), three(3);
  EXPECT_THROW(MetropolisHastings(two, std::make_unique<Still>(Mistake::none, Support::spin)),
               UserError);
  EXPECT_THROW(MetropolisHastings(three, std::make_unique<Still>(Mistake::none)), UserError);
}

TEST(MetropolisHastings, RefusesATuningWhereThereIsNone) {
  const test::Quartic two(2);
  MetropolisHastings sampler(two, std::make_unique<Still>(Still::Mistake::none));
  set_numbers(sampler.tuning(), {});
  EXPECT_THROW(set_numbers(sampler.tuning(), std::vector<double>{1}), UserError);
}

/// Three sites: the numbers of the second attempt begin in the middle of a block.
TEST(MetropolisHastings, DecidesEveryAttemptOfAStepByItsOwnPartOfTheNumbers) {
  constexpr Index kChains = 70, kAttempts = 3, kSites = 3;
  const test::Quartic quartic(kSites);
  RandomWalkOptions options;
  options.width = 0.9;
  options.proposals = kAttempts;
  const MetropolisHastings sampler = random_walk_sampler(quartic, options);
  const Streams streams{4, 9, 0, Purpose::test};
  ChainState state;
  sampler.init(state, streams.at_step(0), kChains);
  Batch x = state.x, xi(kChains, kSites * kAttempts), u(kChains, kAttempts);
  fill_normal(streams.with(Purpose::propose), xi);
  fill_uniform(streams.with(Purpose::accept), u);
  Column acceptance = Column::Zero(kChains);
  for (Index attempt = 0; attempt < kAttempts; ++attempt) {
    const Batch next = x + 0.9 * xi.middleCols(attempt * kSites, kSites);
    const Column log_ratio = quartic.log_density(next) - quartic.log_density(x);
    for (Index c = 0; c < kChains; ++c) {
      const double probability = std::exp(std::min(log_ratio(c), 0.0));
      acceptance(c) += probability / kAttempts;
      if (u(c, attempt) < probability) x.row(c) = next.row(c);
    }
  }
  const StepInfo info = sampler.step(state, streams);
  EXPECT_TRUE((state.x == x).all());
  EXPECT_TRUE((info.acceptance == acceptance).all());
}

}  // namespace
}  // namespace nmc
