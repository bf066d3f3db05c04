#include "core/statistics/reduction.hpp"

#include <algorithm>
#include <cmath>

#include "core/linear/factors.hpp"

namespace nmc::statistics {
namespace {

struct Part {
  Index first = 0, count = 0;
};

/// A half of the chains, or of the bins of a single one.
struct Half {
  Part bins, chains;

  [[nodiscard]] auto of(const Chains& values) const {
    return values.block(bins.first, chains.first, bins.count, chains.count);
  }
};

std::vector<Half> halves_of(Index bins, Index chains) {
  if (chains > 1)
    return {{{0, bins}, {0, chains / 2}}, {{0, bins}, {chains / 2, chains - chains / 2}}};
  return {{{0, bins / 2}, {0, 1}}, {{bins / 2, bins - bins / 2}, {0, 1}}};
}

/// Bins that are taken together in a fit: some tau, and enough of them for the coefficients.
Index bins_together(const Half& half, Index variates, double tau_in_bins) {
  constexpr double kTaus = 4;
  constexpr Index kLeast = 64, kPerVariate = 16;
  const Index wanted = std::max(kLeast, kPerVariate * variates);
  Index together = 1;
  while (static_cast<double>(2 * together) <= kTaus * tau_in_bins &&
         half.bins.count / (2 * together) * half.chains.count >= wanted)
    together *= 2;
  return together;
}

/// Means of so many bins as one column.
Column taken_together(const Chains& values, const Half& half, Index together) {
  return bin_means(half.of(values), together, half.bins.count / together).reshaped();
}

/// Coefficients of the least variance, had one more draw been as far out in any variate as the
/// farthest was. Without it, where the draws are few kinds of configurations (low temperatures),
/// large coefficients of opposite signs fit all of them and say nothing of the kinds that are rare.
Column fit(const Chains& binned, const Variates& variates, const Half& half, Index together) {
  const Column f = taken_together(binned, half, together);
  const Index variate_count = std::ssize(variates.values);
  const Index bins = f.size();
  Eigen::MatrixXd g = Eigen::MatrixXd::Zero(bins + variate_count, variate_count);
  Column scale(variate_count);
  for (Index k = 0; k < variate_count; ++k) {
    const Column values =
        taken_together(variates.values[static_cast<std::size_t>(k)], half, together);
    const Column centred = values - values.mean();
    const double norm = centred.matrix().norm();
    scale(k) = norm > 0 ? 1 / norm : 0;
    g.col(k).head(bins) = centred.matrix() * scale(k);
    g(bins + k, k) = g.col(k).cwiseAbs().maxCoeff();
  }
  // Variates that say the same leave the solution of least norm.
  Eigen::VectorXd right = Eigen::VectorXd::Zero(g.rows());
  right.head(bins) = f - f.mean();
  return linear::shortest_solution(g, right, 1e-8).array() * scale;
}

Variates first_of(const Variates& variates, double independent) {
  constexpr double kPerVariate = 10;
  const auto most = static_cast<std::size_t>(independent / kPerVariate);
  Variates few = variates;
  few.values.resize(std::min(few.values.size(), most));
  return few;
}

}  // namespace

Chains bin_means(const ChainsRef& draws, Index draws_per_bin, Index bins) {
  Chains means(bins, draws.cols());
  for (Index chain = 0; chain < draws.cols(); ++chain)
    for (Index bin = 0; bin < bins; ++bin)
      means(bin, chain) = draws.col(chain).segment(bin * draws_per_bin, draws_per_bin).mean();
  return means;
}

Chains reduced(const Chains& binned, const Variates& variates, double tau) {
  const auto draws = static_cast<double>(binned.size() * variates.draws_per_bin);
  const double independent = draws / (2 * std::max(tau, 0.5));
  constexpr Index kLeastBins = 8;
  if (variates.values.empty() || binned.rows() < kLeastBins ||
      !(independent >= kLeastIndependentDraws))
    return {};
  const Variates few = first_of(variates, independent);
  const double tau_in_bins = tau / static_cast<double>(variates.draws_per_bin);
  const std::vector<Half> halves = halves_of(binned.rows(), binned.cols());
  Chains result = binned;
  for (std::size_t own = 0; own < 2; ++own) {
    const Half& other = halves[1 - own];
    const Half& here = halves[own];
    const Column c =
        fit(binned, few, other, bins_together(other, std::ssize(few.values), tau_in_bins));
    for (Index k = 0; k < c.size(); ++k)
      result.block(here.bins.first, here.chains.first, here.bins.count, here.chains.count) -=
          c(k) * here.of(few.values[static_cast<std::size_t>(k)]);
  }
  return result;
}

}  // namespace nmc::statistics
