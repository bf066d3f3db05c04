#include "samplers/learned/learned_sampler.hpp"

#include <gtest/gtest.h>

#include "core/parallel/ranks.hpp"
#include "samplers/learned/additive_map.hpp"
#include "samplers/learned/generalised_leapfrog.hpp"
#include "tests/samplers/test_densities.hpp"

namespace nmc {
namespace {

constexpr Index kWarmup = 40;

std::unique_ptr<LearnedSampler> sampler_of(const Target& target, bool is_leapfrog) {
  LearningOptions options;
  options.hmc.mass = MassKind::dense;
  std::unique_ptr<LearnedMap> map;
  if (is_leapfrog)
    map = std::make_unique<GeneralisedLeapfrog>(
        GeneralisedLeapfrog::Shape{.sites = target.sites(), .steps = 3});
  else
    map = std::make_unique<AdditiveMap>(AdditiveMap::Shape{.sites = target.sites()});
  return std::make_unique<LearnedSampler>(target, std::move(map), options);
}

void warm_up(LearnedSampler& sampler, ChainState& state, Range steps) {
  Tuning& tuning = *sampler.tuning();
  for (Index step = steps.first; step < steps.end(); ++step) {
    const StepInfo info =
        sampler.step(state, {.seed = 1, .step = static_cast<std::uint64_t>(step + 1)});
    if (!is_tuned(&tuning)) continue;
    WarmupStep pooled{step, kWarmup, Column::Constant(1, info.acceptance.mean()), {}};
    if (tuning.wants_configurations(step, kWarmup)) pooled.x = state.x;
    tuning.adapt(pooled);
  }
}

class LearnedSamplerTest : public testing::TestWithParam<bool> {};

TEST_P(LearnedSamplerTest, IsFrozenAfterThreeQuartersAndComesBackFromItsNumbers) {
  const test::Quartic target(2);
  const auto sampler = sampler_of(target, GetParam());
  const auto untrained = sampler->tuning()->numbers();
  ChainState state;
  sampler->init(state, {.seed = 1}, 32);
  warm_up(*sampler, state, {0, 30});
  Tuning& tuning = *sampler->tuning();
  EXPECT_TRUE(tuning.is_frozen());
  EXPECT_NE(tuning.numbers(), untrained);
  EXPECT_THROW(tuning.adapt({30, kWarmup, Column::Ones(1), {}}), UserError);
  const auto other = sampler_of(target, GetParam());
  other->tuning()->set_numbers(tuning.numbers());
  EXPECT_EQ(other->tuning()->numbers(), tuning.numbers());
  ChainState same = state;
  const Streams streams{.seed = 1, .step = 99};
  sampler->step(state, streams);
  other->step(same, streams);
  EXPECT_TRUE((state.x == same.x).all());
  EXPECT_THROW(other->tuning()->set_numbers(std::vector<double>(9)), UserError);
}

/// A checkpoint in the middle of the training: the same bits as without.
TEST_P(LearnedSamplerTest, LearnsOnWhereItStopped) {
  const test::Quartic target(2);
  const auto whole = sampler_of(target, GetParam()), halves = sampler_of(target, GetParam());
  ChainState state;
  whole->init(state, {.seed = 1}, 32);
  warm_up(*whole, state, {0, 20});
  halves->tuning()->set_numbers(whole->tuning()->numbers());
  ChainState same;
  same.x = state.x;
  halves->init(same, {.seed = 1, .step = 20}, kChains);
  warm_up(*whole, state, {20, 20});
  warm_up(*halves, same, {20, 20});
  EXPECT_TRUE((state.x == same.x).all());
  EXPECT_EQ(whole->tuning()->numbers(), halves->tuning()->numbers());
}

TEST_P(LearnedSamplerTest, RefusesAWarmUpThatIsTooShort) {
  const test::Quartic target(2);
  EXPECT_THROW(sampler_of(target, GetParam())->tuning()->adapt({0, 39, Column::Ones(1), {}}),
               UserError);
}

INSTANTIATE_TEST_SUITE_P(Maps, LearnedSamplerTest, testing::Bool());

}  // namespace
}  // namespace nmc
