#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "core/errors.hpp"
#include "physics/systems/dual_ising.hpp"
#include "physics/systems/ising.hpp"
#include "physics/systems/made_family.hpp"
#include "physics/systems/spin_family.hpp"
#include "tests/contracts/causal_architectures.hpp"

/// One system at other conditions.
namespace nmc {
namespace {

SpinFamily glasses() {
  return SpinFamily(std::make_unique<Ising>(test::small_glass({2, 2}), 1));
}

MadeFamily duals() {
  return {{beta_condition()}, [](const Condition& at) {
            return std::make_unique<DualIsing>(test::small_glass({2, 2}), at.values.front());
          }};
}

TEST(SpinFamily, HasTheNumbersOfTheSystemMadeAtThatBeta) {
  const SpinFamily family = glasses();
  const Batch s = test::all_configurations(4);
  for (const double beta : {0.0, 0.3, 1.7}) {
    const auto here = family.at({{beta}});
    const Ising made(test::small_glass({2, 2}), beta);
    EXPECT_TRUE((here->log_density(s) == made.log_density(s)).all());
    ASSERT_NE(here->spins(), nullptr);
    EXPECT_EQ(here->spins()->beta(), beta);
  }
}

TEST(TargetFamily, LogRatioIsTheDifferenceOfTheDensitiesAtTwoConditions) {
  const SpinFamily spins = glasses();
  const MadeFamily dual = duals();
  for (const TargetFamily* family : std::vector<const TargetFamily*>{&spins, &dual}) {
    const Batch x = test::all_configurations(4);
    const Column expected =
        family->at({{0.9}})->log_density(x) - family->at({{0.4}})->log_density(x);
    const Column ratio = family->log_ratio(x, {{0.4}}, {{0.9}});
    EXPECT_LT((ratio - expected).abs().maxCoeff(), 1e-12);  // rounding of sums of order ten
    EXPECT_GT(ratio.abs().maxCoeff(), 0.1);
  }
}

TEST(TargetFamily, RefusesConditionsOutsideItsRangesAndNamesThem) {
  const SpinFamily spins = glasses();
  const MadeFamily dual = duals();
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  for (const TargetFamily* family : std::vector<const TargetFamily*>{&spins, &dual}) {
    EXPECT_THROW((void)family->at({{kNan}}), UserError);
    EXPECT_THROW((void)family->at({{0.1, 0.2}}), UserError);
    try {
      (void)family->at({{-0.1}});
      FAIL() << "accepted";
    } catch (const UserError& error) {
      EXPECT_NE(std::string(error.what()).find("beta = -0.1"), std::string::npos) << error.what();
    }
  }
  EXPECT_THROW((void)spins.log_ratio(test::all_configurations(4), {{0.1}}, {{-1}}), UserError);
  EXPECT_THROW((void)spins.at({{1e306}}), UserError);  // beta times the couplings is no number
}

}  // namespace
}  // namespace nmc
