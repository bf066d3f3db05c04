#include "samplers/composite.hpp"

#include <gtest/gtest.h>

#include "physics/graphs/lattice.hpp"
#include "physics/systems/ising.hpp"
#include "samplers/cluster/houdayer.hpp"
#include "samplers/cluster/wolff.hpp"
#include "samplers/local/local_spins.hpp"

namespace nmc {
namespace {

using Mode = CompositeSampler::Mode;

const Ising& ising() {
  static const Ising system(make_graph(torus({6, 6})), 0.4);
  return system;
}

CompositeSampler::Part local(double weight) {
  return {std::make_unique<LocalSpins>(ising(), LocalSpinsOptions{}), weight, "metropolis"};
}

CompositeSampler wolff_cycle() {
  std::vector<CompositeSampler::Part> parts;
  parts.push_back(local(5));
  parts.push_back({std::make_unique<Wolff>(ising(), WolffOptions{}), 2, "wolff"});
  return {Mode::cycle, std::move(parts)};
}

TEST(Composite, OfFastPartsIsFastAndStepsAreItsSteps) {
  const CompositeSampler sampler = wolff_cycle();
  EXPECT_TRUE(sampler.traits().has_fast_steps);
  EXPECT_EQ(sampler.traits().preferred_chunk,
            LocalSpins(ising(), LocalSpinsOptions{}).traits().preferred_chunk);
  ChainState at_once, one_by_one;
  const Streams streams{3, 10, 5, Purpose::test};
  sampler.init(at_once, streams, 9);
  sampler.init(one_by_one, streams, 9);
  sampler.steps(at_once, streams, 4);
  for (std::uint64_t k = 0; k < 4; ++k) sampler.step(one_by_one, streams.at_step(10 + k));
  EXPECT_TRUE((at_once.configurations() == one_by_one.configurations()).all());
  EXPECT_TRUE((at_once.log_p == -0.4 * ising().energy(at_once.configurations())).all());
}

TEST(Composite, IsItsPartsOneAfterTheOther) {
  const CompositeSampler sampler = wolff_cycle();
  const LocalSpins metropolis(ising(), {});
  const Wolff wolff(ising(), {});
  ChainState composed, by_hand;
  const Streams streams{3, 10, 5, Purpose::test};
  sampler.init(composed, streams, 9);
  by_hand.x = composed.configurations();
  sampler.step(composed, streams);
  metropolis.init(by_hand, streams, 9);
  metropolis.steps(by_hand, streams.at_step(70), 5);  // 7 runs a cycle: 10 x 7, then 75 and 76
  wolff.init(by_hand, streams, 9);
  wolff.steps(by_hand, streams.at_step(75), 2);
  EXPECT_TRUE((composed.configurations() == by_hand.configurations()).all());
}

TEST(Composite, CountsAndTimesItsParts) {
  const CompositeSampler sampler = wolff_cycle();
  EXPECT_EQ(sampler.traits().part_names, (std::vector<std::string>{"metropolis", "wolff"}));
  ChainState state;
  const Streams streams{3, 10, 5, Purpose::test};
  sampler.init(state, streams, 64);
  const StepInfo info = sampler.steps(state, streams, 50);
  ASSERT_EQ(info.part_costs.size(), 2U);
  EXPECT_EQ(info.part_costs[0].runs, 250);
  EXPECT_EQ(info.part_costs[1].runs, 100);
  EXPECT_GT(info.part_costs[0].cpu_seconds, 0);
  EXPECT_GT(info.part_costs[1].cpu_seconds, 0);
  // One cluster in 37 is the ghost's, which does not turn.
  EXPECT_GT(info.part_acceptance.col(1).mean(), 0.9);
  EXPECT_LT(info.part_acceptance.col(0).maxCoeff(), 1);
}

TEST(Composite, GivesPartsOfOneRowThePairsOfAnother) {
  std::vector<CompositeSampler::Part> parts;
  parts.push_back(local(1));
  parts.push_back({std::make_unique<Houdayer>(ising(), SpinStart::random), 1, "houdayer"});
  const CompositeSampler sampler(Mode::cycle, std::move(parts));
  EXPECT_EQ(sampler.traits().rows_per_chain, 2);
  ChainState state;
  sampler.init(state, {3, 0, 4, Purpose::test}, 6);
  sampler.step(state, {3, 1, 4, Purpose::test});
  EXPECT_EQ(state.chains(), 6);
  EXPECT_TRUE((state.log_p == -0.4 * ising().energy(state.configurations())).all());
}

TEST(Composite, RefusesTheTuningOfOtherParts) {
  const std::vector<Tuning*> untuned(2, nullptr);
  set_joined_numbers(untuned, std::vector<double>{0, 0}, "composed sampler");
  for (const std::vector<double>& others :
       {std::vector<double>{0}, std::vector<double>{0, 0, 0}, std::vector<double>{0, -1},
        std::vector<double>{1, 0.5, 0}})
    EXPECT_THROW(set_joined_numbers(untuned, others, "composed sampler"), UserError);
}

}  // namespace
}  // namespace nmc
