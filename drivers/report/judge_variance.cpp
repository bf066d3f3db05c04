#include "drivers/report/judge_variance.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "drivers/report/column_numbers.hpp"

namespace nmc::drivers {
namespace {

/// Squares of normal deviations give the largest in a thousand 1.1 %, and the one of n < 1000
/// about 2 ln(n)/n.
double share_limit(Index draws) {
  constexpr double kShare = 0.05, kOfFew = 10;
  return kShare + kOfFew / static_cast<double>(draws);
}

/// |E_loc − E|² of all draws, of whose E_loc the real part is stored, and |E_loc|².
LargestShare of_deviations(const DrawColumn& energy, const DrawColumn& square, double mean) {
  LargestShare found(energy.numbers());
  const Index piece = std::max<Index>(1, kBlockNumbers / energy.chains());
  for (Index first = 0; first < energy.draws(); first += piece) {
    const Range draws{first, std::min(piece, energy.draws() - first)};
    const statistics::Chains here =
        (square.read(draws) - 2 * mean * energy.read(draws) + mean * mean).max(0.0);
    found.add(here.reshaped());
  }
  return found;
}

/// Chains at places that they never leave, of local energies without a variance.
Findings judge_frozen(const RunFile& run, double mean, const std::optional<double>& exact) {
  constexpr double kMoves = 1e-3, kSame = 1e-9;
  const DrawColumn* acceptance = run.stat("acceptance_rate");
  if (acceptance == nullptr || mean_of_finite(*acceptance) > kMoves) return {};
  if (exact && std::abs(mean - *exact) <= kSame * std::max(1.0, std::abs(*exact))) return {};
  return {
      {exact ? Severity::refusal : Severity::warning, "frozen", kEveryObservable,
       fmt::format("no chain moves (acceptance {:.2g}), and all local energies are {:.9g}: they "
                   "are of single configurations, and no means of psi, whose search has run "
                   "away. Another seed, a smaller model.width or learning_rate{}",
                   mean_of_finite(*acceptance), mean,
                   exact ? "" : ", unless that configuration is an eigenstate"),
       mean_of_finite(*acceptance), kMoves}};
}

}  // namespace

LargestShare::LargestShare(Index numbers) : count_(std::clamp<Index>(numbers / 1000, 1, 10)) {}

void LargestShare::add(const Column& x) {
  sum_ += x.sum();
  largest_.insert(largest_.end(), x.data(), x.data() + x.size());
  const auto kept = std::min<std::ptrdiff_t>(count_, std::ssize(largest_));
  std::partial_sort(largest_.begin(), largest_.begin() + kept, largest_.end(), std::greater<>());
  largest_.resize(static_cast<std::size_t>(kept));
}

double LargestShare::share() const {
  return std::accumulate(largest_.begin(), largest_.end(), 0.0) / sum_;
}

Findings judge_variance(const RunFile& run, const std::optional<double>& exact) {
  const DrawColumn *energy = run.observable("energy"), *square = run.observable("energy2");
  if (energy == nullptr || square == nullptr || energy->numbers() == 0) return {};
  const double mean = mean_of(*energy);
  const LargestShare deviations = of_deviations(*energy, *square, mean);
  // Of an eigenstate the squares of the energies leave rounding alone.
  constexpr double kRounding = 1e-12;
  const Index draws = energy->numbers();
  const bool has_variance =
      deviations.sum() / static_cast<double>(draws) > kRounding * std::max(1.0, mean * mean);
  const double share = deviations.share(), limit = share_limit(draws);
  if (!has_variance) return judge_frozen(run, mean, exact);
  if (share <= limit) return {};
  const std::string message = fmt::format(
      "the largest {} of {} local energies carry {:.0f} % of the variance: where psi is nearly 0 "
      "they have no bound, and what is rarer than the draws is neither in variance and v_score, "
      "which are mostly too small then, nor in their errors; take more run.draws",
      deviations.count(), draws, 100 * share);
  return {{Severity::warning, "variance", "variance", message, share, limit},
          {Severity::warning, "variance", "v_score", message, share, limit}};
}

}  // namespace nmc::drivers
