#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "core/errors.hpp"
#include "physics/systems/dual_ising.hpp"
#include "physics/systems/family_slice.hpp"
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

/// ln p = (v_0 + 10 v_1 + 100 v_2) x of one site.
class Weighted final : public Target {
 public:
  explicit Weighted(std::vector<double> v) : v_(std::move(v)) {}
  [[nodiscard]] Index sites() const override { return 1; }
  [[nodiscard]] Support support() const override { return Support::real; }
  [[nodiscard]] Column log_density(const Batch& x) const override {
    return (v_[0] + 10 * v_[1] + 100 * v_[2]) * x.col(0);
  }

 private:
  std::vector<double> v_;
};

TEST(TargetFamily, ASliceMovesSomeConditionsInAnOrderOfItsOwn) {
  const auto whole = [] {
    return std::make_unique<MadeFamily>(
        std::vector<ConditionRange>{{"a", -1, 1}, {"b", 0, 9}, {"c", 0, 5}},
        [](const Condition& at) -> std::unique_ptr<const Target> {
          return std::make_unique<Weighted>(at.values);
        });
  };
  const FamilySlice slice(whole(), {{0.5, 2, 3}}, {"c", "a"});
  ASSERT_EQ(slice.ranges().size(), 2);
  EXPECT_EQ(slice.ranges()[0].name, "c");
  EXPECT_EQ(slice.ranges()[1].least, -1);
  const Batch one = Batch::Ones(1, 1);
  EXPECT_EQ(slice.at({{4, -0.25}})->log_density(one)(0), -0.25 + 10 * 2 + 100 * 4);
  EXPECT_THROW((void)slice.at({{6, 0}}), UserError);
  EXPECT_THROW(FamilySlice(whole(), {{0.5, 2, 3}}, {"d"}), UserError);
  EXPECT_THROW(FamilySlice(whole(), {{0.5, 2, 9}}, {"a"}), UserError);
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
  EXPECT_THROW((void)spins.at({{1e306}}), UserError);  // beta times the couplings is no number
}

}  // namespace
}  // namespace nmc
