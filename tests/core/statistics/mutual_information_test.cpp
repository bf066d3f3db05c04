#include "core/statistics/mutual_information.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "core/errors.hpp"
#include "core/random/streams.hpp"
#include "core/statistics/held_out.hpp"
#include "core/statistics/normality.hpp"
#include "tests/support/message_of.hpp"

namespace nmc::statistics {
namespace {

struct Pair {
  Column x, y;
};

Pair gaussian_pair(double correlation, Index draws, std::uint64_t seed) {
  Batch z(draws, 2);
  fill_normal({.seed = seed}, z);
  return {z.col(0), correlation * z.col(0) + std::sqrt(1 - correlation * correlation) * z.col(1)};
}

// -ln(1 - r²)/2 of data/zoo/flows.json. 3 standard errors: one in 370 for each of eight numbers;
// the seed is fixed.
TEST(MutualInformation, OfGaussianPairsIsTheExactOne) {
  const std::pair<double, double> cases[] = {{0.0, 0.0},
                                             {0.3, 0.047155339735620645},
                                             {0.6, 0.22314355131420974},
                                             {0.9, 0.8303656034108255}};
  for (const auto& [r, exact] : cases) {
    const Pair pair = gaussian_pair(r, 40000, 5);
    const MutualInformation found = mutual_information(pair.x, pair.y);
    EXPECT_NEAR(found.gaussian.value, exact, 3 * found.gaussian.error) << r;
    EXPECT_NEAR(found.neighbours.value, exact, 3 * found.neighbours.error) << r;
    EXPECT_NEAR(found.gaussian.value, exact, 1e-2) << r;
    EXPECT_NEAR(found.neighbours.value, exact, 1e-2) << r;
    EXPECT_LT(found.neighbours.error, 1e-2) << r;
    EXPECT_NEAR(found.shuffled, 0, 3 * found.neighbours.error) << r;
  }
}

// Over 40 seeds the ratio has a standard deviation of a tenth; that of 2000 draws is 1.2, since
// groups of a hundred draws vary a little less than the law of large n has it.
TEST(MutualInformation, ItsErrorsAreThoseOfTheSpreadOverSeeds) {
  double deviations = 0, errors = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    const Pair pair = gaussian_pair(0.6, 2000, seed);
    const MutualInformation found = mutual_information(pair.x, pair.y);
    deviations += std::pow(found.neighbours.value - 0.22314355131420974, 2);
    errors += std::pow(found.neighbours.error, 2);
  }
  EXPECT_NEAR(std::sqrt(deviations / errors), 1.2, 0.4);
}

TEST(MutualInformation, SeesDependenceThatNoCorrelationShows) {
  const Pair pair = gaussian_pair(0, 5000, 7);
  const Column y = pair.x.square() + 0.1 * pair.y;
  const MutualInformation found = mutual_information(pair.x, y);
  EXPECT_LT(found.gaussian.value, 0.01);
  EXPECT_GT(found.neighbours.value, 1);
}

TEST(MutualInformation, DoesNotDependOnUnits) {
  const Pair pair = gaussian_pair(0.5, 2000, 3);
  EXPECT_NEAR(neighbour_information(pair.x, pair.y),
              neighbour_information(1e6 * pair.x - 4, -1e-6 * pair.y), 1e-9);
}

TEST(MutualInformation, RefusesTooFewDrawsWithTheNumberNeeded) {
  const Pair pair = gaussian_pair(0.5, kLeastInformationDraws - 1, 3);
  EXPECT_NE(message_of([&] { (void)mutual_information(pair.x, pair.y); }).find("it takes 1000"),
            std::string::npos);
}

TEST(MutualInformation, OfAConstantIsNotANumber) {
  const Pair pair = gaussian_pair(0.5, kLeastInformationDraws, 3);
  const Column constant = Column::Constant(pair.x.size(), 2.0);
  EXPECT_TRUE(std::isnan(mutual_information(pair.x, constant).neighbours.value));
}

// Of 400 variables 1 % lie beyond the limit: 4 ± 2.
TEST(Normality, LimitIsPassedOnceInAHundred) {
  Batch z(500, 400);
  fill_normal({.seed = 11}, z);
  int beyond = 0;
  for (Index i = 0; i < z.cols(); ++i)
    if (normality(z.col(i)).distance > kolmogorov_limit(500)) ++beyond;
  EXPECT_LE(beyond, 12);
  EXPECT_GE(beyond, 1);
}

TEST(Normality, SeesWidthAndTails) {
  Batch z(20000, 1);
  fill_normal({.seed = 2}, z);
  const Normality wide = normality(1.2 * z.col(0));
  EXPECT_NEAR(wide.variance, 1.44, 0.06);
  EXPECT_GT(wide.distance, kolmogorov_limit(20000));
  EXPECT_NEAR(normality(z.col(0).cube()).kurtosis, 33.3, 20);
}

// y = 2 a + b² + noise: Var y = 4 + 2 + 1, of which the noise is 1.
TEST(HeldOut, ExplainsWhatIsThereAndNoMore) {
  Batch z(20000, 3);
  fill_normal({.seed = 4}, z);
  const Column y = 2 * z.col(0) + z.col(1).square() + z.col(2);
  Batch features(z.rows(), 2);
  features << z.col(0), z.col(1).square();
  const Estimate right = held_out(features, y);
  EXPECT_NEAR(right.value, 6.0 / 7, 4 * right.error);
  const Estimate nothing = held_out(z.rightCols(1).square(), y);
  EXPECT_LT(nothing.value, 0.005);
  EXPECT_NE(message_of([&] { (void)held_out(features.topRows(20), y.head(20)); }).find("takes 30"),
            std::string::npos);
}

TEST(HeldOut, OfWhatDoesNotVaryIsNoNumber) {
  Batch features(400, 2);
  fill_normal({.seed = 12}, features);
  // A sum whose rounding differs from draw to draw.
  const Column y = Column::Constant(400, 0.1) + 1e-17 * features.col(0);
  EXPECT_TRUE(std::isnan(statistics::held_out(features, Column(3 * y)).value));
  Column rounded = Column::Constant(400, 0.3);
  rounded(7) += 6e-17;
  EXPECT_TRUE(std::isnan(statistics::held_out(features, rounded).value));
}

}  // namespace
}  // namespace nmc::statistics
