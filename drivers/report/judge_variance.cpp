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

/// What the search ended in, where that shows.
struct Searched {
  double mean = 0, variance = 0;  ///< of the local energies
  Index draws = 0;
  bool has_variance = false;
  std::optional<double> exact;

  [[nodiscard]] double above() const { return mean - *exact; }
  [[nodiscard]] double unit() const { return std::max(1.0, std::abs(*exact)); }
  [[nodiscard]] bool is_above(double share) const { return exact && above() > share * unit(); }
  /// To rounding, or within 8 errors of independent draws, as the check `exact` asks.
  [[nodiscard]] bool is_exact() const {
    constexpr double kErrors = 8, kSame = 1e-9;
    const double error = std::sqrt(variance / static_cast<double>(draws));
    return std::abs(above()) <= std::max(kErrors * error, kSame * unit());
  }
};

// What hardly moves has drawn a few configurations: a local energy there is what H does to psi at
// its neighbours over psi, which are never drawn, so that neither mean nor variance knows of them.
Findings judge_frozen(const Searched& found, double acceptance) {
  // States next to one configuration move as rarely, and their energies are right: beside an exact
  // value that is seen, and what is within 1 % of it, though not by its errors, is warned of.
  constexpr double kMoves = 1e-3, kNear = 1e-2;
  if (acceptance > kMoves || (found.exact && found.is_exact())) return {};
  const bool is_far = found.is_above(kNear) || (found.exact && !found.has_variance);
  return {{is_far ? Severity::refusal : Severity::warning, "frozen", kEveryObservable,
           fmt::format("no chain moves (acceptance {:.2g}), and local energies are {:.9g} within "
                       "{:.2g}: they are of single configurations, and no means of psi, whose "
                       "search has run away. Another seed, a smaller model.width or "
                       "learning_rate, or a wave function with the signs of the state{}",
                       acceptance, found.mean, std::sqrt(found.variance),
                       found.exact ? "" : ", unless psi is to be next to one configuration"),
           acceptance, kMoves}};
}

// An energy that lies far above the exact one is still one of psi, and a bound.
Findings judge_reached(const Searched& found) {
  constexpr double kFar = 0.05;  // no wave function that is of use
  if (!found.is_above(kFar) || found.is_exact()) return {};
  return {{Severity::warning, "not_reached", "energy",
           fmt::format("the search has not found the ground state: the energy is {:.6g}, and the "
                       "exact one {:.6g}{}. Another seed, more ground_state.steps, a larger "
                       "network, or one with the signs of the state",
                       found.mean, *found.exact,
                       found.has_variance ? ""
                                          : "; local energies have no variance: psi is another "
                                            "eigenstate"),
           found.above() / found.unit(), kFar}};
}

Findings judge_search(const RunFile& run, const Searched& found) {
  const DrawColumn* acceptance = run.stat("acceptance_rate");
  if (acceptance != nullptr) {
    Findings frozen = judge_frozen(found, mean_of_finite(*acceptance));
    if (!frozen.empty()) return frozen;
  }
  return judge_reached(found);
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
  const double variance = deviations.sum() / static_cast<double>(draws);
  const bool has_variance = variance > kRounding * std::max(1.0, mean * mean);
  const double share = deviations.share(), limit = share_limit(draws);
  Findings findings = judge_search(run, {mean, variance, draws, has_variance, exact});
  if (!has_variance || share <= limit) return findings;
  const std::string message = fmt::format(
      "the largest {} of {} local energies carry {:.0f} % of the variance: where psi is nearly 0 "
      "they have no bound, and what is rarer than the draws is neither in variance and v_score, "
      "which are mostly too small then, nor in their errors; take more run.draws",
      deviations.count(), draws, 100 * share);
  for (const char* name : {"variance", "v_score"})
    findings.push_back({Severity::warning, "variance", name, message, share, limit});
  return findings;
}

}  // namespace nmc::drivers
