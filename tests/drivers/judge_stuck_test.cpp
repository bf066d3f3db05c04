#include "drivers/report/judge_stuck.hpp"

#include <gtest/gtest.h>

namespace nmc::drivers {
namespace {

ProposalChains chains_of(Index draws, double acceptance, Index longest, Index never_moved = 0) {
  return {.draws = draws,
          .chains = 32,
          .longest_rejection_run = longest,
          .never_moved = never_moved,
          .acceptance = acceptance};
}

TEST(JudgeStuck, RefusesChainsThatNeverMoveWhereTheOthersDo) {
  const Findings found = judge_stuck(chains_of(2000, 0.78, 2000, 1));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].check, "stuck_chains");
  EXPECT_EQ(found[0].severity, Severity::refusal);
  EXPECT_EQ(found[0].about, kEveryObservable);
}

TEST(JudgeStuck, WarnsOfAQuarterOfTheDrawsAndRefusesHalfOfThem) {
  const Findings long_stay = judge_stuck(chains_of(500, 0.6, 178));
  ASSERT_EQ(long_stay.size(), 1u);
  EXPECT_EQ(long_stay[0].check, "rejections");
  EXPECT_EQ(long_stay[0].severity, Severity::warning);
  const Findings half = judge_stuck(chains_of(500, 0.6, 251));
  ASSERT_EQ(half.size(), 1u);
  EXPECT_EQ(half[0].severity, Severity::refusal);
  const Findings few_moves = judge_stuck(chains_of(1000, 0.02, 600));  // twelve
  ASSERT_EQ(few_moves.size(), 1u);
  EXPECT_EQ(few_moves[0].severity, Severity::warning);
}

// Where few moves are to be expected, staying means nothing; and no draws say nothing.
TEST(JudgeStuck, SaysNothingOfShortAndSlowChains) {
  EXPECT_TRUE(judge_stuck({}).empty());
  EXPECT_TRUE(judge_stuck(chains_of(2000, 0.001, 2000, 9)).empty());
  EXPECT_TRUE(judge_stuck(chains_of(60, 0.5, 19)).empty());
  EXPECT_TRUE(
      judge_stuck(chains_of(2000, 0.004, 1999)).empty());  // eight moves were to be expected
  EXPECT_TRUE(judge_stuck(chains_of(2000, 0.8, 100)).empty());
}

}  // namespace
}  // namespace nmc::drivers
