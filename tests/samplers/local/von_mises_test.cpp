#include "samplers/local/von_mises.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

namespace nmc {
namespace {

constexpr Index rows = 1 << 16;
constexpr int bins = 20;
constexpr double chi_square_bar = 64.5;  // upper 1e-6 quantile for 19 degrees of freedom

/// Edges in (0, π) between equal shares of |δ|, by the trapezoidal rule on a grid that is fine
/// where the density lies.
std::vector<double> edges(double kappa) {
  const double width = std::min(std::numbers::pi, 12 / std::sqrt(std::max(kappa, 1.0)));
  constexpr int cells = 200000;
  const double step = width / cells;
  const auto density = [&](int i) {
    const double s = std::sin(0.5 * step * i);
    return std::exp(-2 * kappa * s * s);
  };
  std::vector<double> sums{0};
  for (int i = 0; i < cells; ++i) sums.push_back(sums.back() + density(i) + density(i + 1));
  std::vector<double> found;
  for (int bin = 1; bin < bins; ++bin) {
    const auto at = std::ranges::lower_bound(sums, sums.back() * bin / bins) - sums.begin();
    found.push_back(step * static_cast<double>(at));
  }
  return found;
}

/// False alarms: 8 values of κ, a χ² test at 1e-6 and a sign test at 5σ each: 1.3e-5.
TEST(VonMisesDraws, HaveTheirDensityForEveryKappa) {
  std::uint64_t step = 0;
  for (const double kappa : {0.0, 1e-3, 0.4, 1.0, 4.0, 60.0, 1e4, 1e9}) {
    VonMisesDraws draws({5, ++step, 0, Purpose::test}, rows, 3);
    draws.draw(2, Column::Constant(rows, kappa));
    const std::vector<double> edge = edges(kappa);
    std::vector<double> seen(bins, 0.0);
    double positive = 0;
    for (Index row = 0; row < rows; ++row) {
      ASSERT_EQ(draws.is_taken(row), 1);
      ASSERT_LE(std::abs(draws.delta(row)), std::numbers::pi);
      positive += draws.delta(row) > 0 ? 1 : 0;
      const double size = std::abs(draws.delta(row));
      ++seen[static_cast<std::size_t>(std::ranges::upper_bound(edge, size) - edge.begin())];
    }
    double chi_square = 0;
    constexpr double expected = double(rows) / bins;
    for (const double count : seen)
      chi_square += (count - expected) * (count - expected) / expected;
    EXPECT_LT(chi_square, chi_square_bar) << "kappa " << kappa;
    EXPECT_LT(std::abs(positive - rows / 2.0), 5 * std::sqrt(rows / 4.0)) << "kappa " << kappa;
  }
}

TEST(VonMisesDraws, AreThoseOfTheirChainAndNumber) {
  const Streams streams{5, 1, 0, Purpose::test};
  constexpr Index chains = 50;
  const Column kappa = Column::LinSpaced(chains, 0, 30);
  VonMisesDraws together(streams, chains, 40);
  together.draw(0, kappa);
  together.draw(17, kappa);
  for (Index chain = 0; chain < chains; ++chain) {
    VonMisesDraws alone(streams.from_chain(chain), 1, 40);
    alone.draw(17, kappa.segment(chain, 1));
    EXPECT_EQ(alone.delta(0), together.delta(chain));
  }
}

}  // namespace
}  // namespace nmc
