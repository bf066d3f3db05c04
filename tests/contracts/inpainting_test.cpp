#include "models/energy/inpainting.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "tests/contracts/all_outcomes.hpp"

/// Units drawn given others, held against the conditional density by the sum over all states.
namespace nmc {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
constexpr Index kVisible = 5;

Rbm inpainting_machine(Units units) {
  Rbm rbm = Rbm::random({kVisible, 3, units}, 0.7, 5);
  Batch z(1, kVisible + 3);
  fill_normal({.seed = 3}, z);
  for (Index k = 0; k < z.cols(); ++k)
    rbm.parameters()[static_cast<std::size_t>(k)] = 0.5 * z(0, k);
  return rbm;
}

/// All completions of a row, and p(missing | given) of each.
struct Completions {
  Batch v;
  Eigen::VectorXd p;
};
Completions completions(const Rbm& rbm, const Batch& given) {
  const double low = rbm.units() == Units::spin ? -1 : 0;
  std::vector<Index> missing;
  for (Index i = 0; i < kVisible; ++i)
    if (std::isnan(given(0, i))) missing.push_back(i);
  Completions all;
  all.v = given.replicate(Index{1} << std::ssize(missing), 1);
  for (Index state = 0; state < all.v.rows(); ++state)
    for (std::size_t k = 0; k < missing.size(); ++k)
      all.v(state, missing[k]) = (state >> k & 1) != 0 ? 1 : low;
  all.p = test::normalised(rbm.log_density(all.v));
  return all;
}

Batch some_row(Units units) {
  const double low = units == Units::spin ? -1 : 0;
  return Batch{{kMissing, 1, kMissing, low, kMissing}};
}

/// P(v → v') = Σ_h p(h | v) Π_missing p(v'_i | h), with the class's own means.
Eigen::MatrixXd clamped_kernel(const Rbm& rbm, const Batch& given, const Batch& states,
                               bool forgets_given) {
  const bool is_spin = rbm.units() == Units::spin;
  const auto probability = [is_spin](double mean, double value) {
    const double up = is_spin ? 0.5 * (1 + mean) : mean;
    return value == 1 ? up : 1 - up;
  };
  Eigen::MatrixXd P = Eigen::MatrixXd::Zero(states.rows(), states.rows());
  Batch seen = states;
  if (forgets_given)
    for (Index i = 0; i < kVisible; ++i)
      if (!std::isnan(given(0, i))) seen.col(i).setConstant(is_spin ? -1 : 0);
  const Batch to_h = rbm.hidden_means(seen);
  for (Index h_state = 0; h_state < 8; ++h_state) {
    Batch h(1, 3);
    for (Index j = 0; j < 3; ++j) h(0, j) = (h_state >> j & 1) != 0 ? 1 : (is_spin ? -1 : 0);
    const Batch back = rbm.visible_means(h);
    for (Index from = 0; from < states.rows(); ++from)
      for (Index to = 0; to < states.rows(); ++to) {
        double p = 1;
        for (Index j = 0; j < 3; ++j) p *= probability(to_h(from, j), h(0, j));
        for (Index i = 0; i < kVisible; ++i)
          if (std::isnan(given(0, i))) p *= probability(back(0, i), states(to, i));
        P(from, to) += p;
      }
  }
  return P;
}

TEST(InpaintingContract, LeavesTheConditionalDensityInvariant) {
  for (const Units units : {Units::binary, Units::spin}) {
    const Rbm rbm = inpainting_machine(units);
    const Completions all = completions(rbm, some_row(units));
    const Eigen::MatrixXd P = clamped_kernel(rbm, some_row(units), all.v, false);
    EXPECT_LT(test::stationarity_defect(all.p, P), test::kBar);
    EXPECT_LT(test::detailed_balance_defect(all.p, P), test::kBar);
    // The given units forgotten where h is drawn.
    EXPECT_GT(test::stationarity_defect(all.p, clamped_kernel(rbm, some_row(units), all.v, true)),
              1e-3);
  }
}

/// Means and frequencies of many rows against the exact conditional ones; h of the same row given
/// differently is that of the row.
TEST(Inpainting, DrawsTheConditionalDensity) {
  constexpr Index kRows = 4000;
  for (const Units units : {Units::binary, Units::spin}) {
    const Rbm rbm = inpainting_machine(units);
    const Batch row = some_row(units);
    const Completions all = completions(rbm, row);
    const Inpainted filled =
        inpainted(rbm, row.replicate(kRows, 1), {.sweeps = 40, .enumerated = 0, .seed = 2});
    const Inpainted summed = inpainted(rbm, row.replicate(kRows, 1), {.seed = 2});
    const Inpainted longer = inpainted(rbm, row.replicate(5, 1), {.sweeps = 2000, .enumerated = 0});
    EXPECT_LT(longer.rhat.maxCoeff(), kInpaintingRhat);
    EXPECT_TRUE((summed.rhat == 1).all());
    for (Index i = 0; i < kVisible; ++i) {
      if (!std::isnan(row(0, i))) {
        EXPECT_TRUE((filled.x.col(i) == row(0, i)).all());
        EXPECT_TRUE((filled.means.col(i) == row(0, i)).all());
        continue;
      }
      const double exact = all.p.dot(all.v.col(i).matrix());
      EXPECT_NEAR(summed.means(0, i), exact, 1e-12);
      // 4.5 sigma of independent rows each, eighteen checks: false alarms 1.2e-4.
      const auto error = [&](const Column& x) {
        return 4.5 * std::sqrt((x - x.mean()).square().mean() / kRows);
      };
      EXPECT_NEAR(filled.x.col(i).mean(), exact, error(filled.x.col(i)));
      EXPECT_NEAR(filled.means.col(i).mean(), exact, error(filled.means.col(i)));
      EXPECT_NEAR(summed.x.col(i).mean(), exact, error(summed.x.col(i)));
    }
  }
}

/// All of one sign or the other, by couplings that no chain crosses: rows of which nothing is given
/// see both, rows with most units given one.
TEST(Inpainting, SeesChainsThatDoNotMix) {
  Rbm rbm = Rbm::random({kVisible, 3, Units::spin}, 0.7, 5);
  std::ranges::fill(rbm.parameters(), 0);
  std::ranges::fill(rbm.parameters().subspan(kVisible + 3), 6.0);
  Batch rows = Batch::Constant(200, kVisible, kMissing);
  const Inpainted apart = inpainted(rbm, rows, {.sweeps = 40, .enumerated = 0});
  // Eight starts on one side come once in 128 rows: 1.6 of 200.
  EXPECT_GT((apart.rhat > kInpaintingRhat).count(), 190);
  rows.leftCols(3) = 1;
  const Inpainted together = inpainted(rbm, rows, {.sweeps = 40, .enumerated = 0});
  EXPECT_EQ((together.rhat > kInpaintingRhat).count(), 0);
}

TEST(Inpainting, RefusesWhatIsNoUnit) {
  const Rbm rbm = inpainting_machine(Units::binary);
  EXPECT_THROW((void)inpainted(rbm, Batch::Constant(1, kVisible, 0.5), {}), UserError);
  EXPECT_THROW((void)inpainted(rbm, Batch::Zero(1, 4), {}), UserError);
  EXPECT_THROW((void)inpainted(rbm, some_row(Units::binary), {.sweeps = 1}), UserError);
  EXPECT_THROW((void)inpainted(rbm, some_row(Units::binary), {.chains = 1}), UserError);
}

}  // namespace
}  // namespace nmc
