#include "drivers/report/judge_variance.hpp"

#include <gtest/gtest.h>

#include "core/random/streams.hpp"

namespace nmc::drivers {
namespace {

/// Draws of E_loc = -10 + noise(z), z normal.
RunFile run_of(Index draws, const std::function<Column(const Column&)>& noise) {
  constexpr Index kChains = 10;
  Batch z(draws, kChains);
  fill_normal({.seed = 4}, z);
  const Column e = -10 + noise(z.reshaped());
  const statistics::Chains energy = e.reshaped(draws, kChains);
  RunFile run;
  run.posterior = {DrawColumn::held("energy", energy),
                   DrawColumn::held("energy2", energy.square())};
  return run;
}

TEST(LargestShare, IsThatOfAllPiecesTogether) {
  LargestShare share(3000);
  share.add(Column{{1.0, 5.0, 2.0}});
  share.add(Column{{4.0, 0.0, 3.0, 5.0}});
  EXPECT_EQ(share.count(), 3);
  EXPECT_DOUBLE_EQ(share.share(), 14.0 / 20);
  EXPECT_EQ(LargestShare(12).count(), 1);
  EXPECT_EQ(LargestShare(1'000'000).count(), 10);
}

// x of normal z has a normal tail; 1/z, as E_loc beside a node, has no variance at all.
TEST(JudgeVariance, WarnsOfFewDrawsThatCarryItAndOfNoOther) {
  for (const Index draws : {20, 200, 2000}) {
    EXPECT_TRUE(judge_variance(run_of(draws, [](const Column& z) { return z; })).empty());
    const Findings found =
        judge_variance(run_of(draws, [](const Column& z) { return Column(1e-3 / z); }));
    ASSERT_EQ(found.size(), 2u);
    EXPECT_EQ(found[0].about, "variance");
    EXPECT_EQ(found[1].about, "v_score");
    EXPECT_EQ(found[0].severity, Severity::warning);
    EXPECT_GT(found[0].value, found[0].limit);
  }
}

TEST(JudgeVariance, SaysNothingOfEigenstatesAndOfWhatWasNotMeasured) {
  EXPECT_TRUE(
      judge_variance(run_of(50, [](const Column& z) { return Column(1e-14 * z); })).empty());
  RunFile run = run_of(50, [](const Column& z) { return Column(1 / z); });
  run.posterior.pop_back();
  EXPECT_TRUE(judge_variance(run).empty());
}

TEST(JudgeVariance, RefusesChainsThatNeverMoveUnlessTheEnergyIsExact) {
  for (const double noise : {0.0, 1e-4}) {  // two configurations that a flip of all spins joins
    RunFile run = run_of(50, [&](const Column& z) { return Column(noise * z.sign()); });
    const auto moves = [&run](double acceptance) {
      run.sample_stats = {
          DrawColumn::held("acceptance_rate", statistics::Chains::Constant(50, 10, acceptance))};
    };
    moves(0);
    EXPECT_TRUE(judge_variance(run, -10).empty());
    const Findings known = judge_variance(run, -12), unknown = judge_variance(run);
    ASSERT_EQ(known.size(), 1u);
    ASSERT_EQ(unknown.size(), 1u);
    EXPECT_EQ(known[0].check, "frozen");
    EXPECT_EQ(known[0].severity, Severity::refusal);
    EXPECT_EQ(unknown[0].severity, Severity::warning);
    EXPECT_EQ(known[0].about, kEveryObservable);
    const Findings near = judge_variance(run, -10.05);  // within 1 %, and not by its errors
    ASSERT_EQ(near.size(), 1u);
    EXPECT_EQ(near[0].severity, noise > 0 ? Severity::warning : Severity::refusal);
    moves(0.3);
    EXPECT_TRUE(judge_variance(run).empty());
  }
}

TEST(JudgeVariance, WarnsOfEnergiesFarAboveTheExactOne) {
  for (const double noise : {0.0, 0.1}) {
    const RunFile run = run_of(50, [&](const Column& z) { return Column(noise * z); });
    EXPECT_TRUE(judge_variance(run, -10.3).empty());
    const Findings found = judge_variance(run, -12);
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].check, "not_reached");
    EXPECT_EQ(found[0].severity, Severity::warning);
    EXPECT_EQ(found[0].about, "energy");
  }
  EXPECT_TRUE(
      judge_variance(run_of(50, [](const Column& z) { return Column(9 * z); }), -12).empty());
}

}  // namespace
}  // namespace nmc::drivers
