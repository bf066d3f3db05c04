#include "core/statistics/sorted_draws.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "core/simd/sort.hpp"
#include "core/statistics/significance.hpp"

namespace nmc::statistics {
namespace {

double magnitude_of(const std::vector<double>& ascending) {
  return ascending.empty() ? 0 : std::max(-ascending.front(), ascending.back());
}

}  // namespace

NormalScores::NormalScores(Index S)
    : S_(static_cast<double>(S)), known_(static_cast<std::size_t>(S / 2), not_a_number) {}

double NormalScores::compute(double rank) const {
  return normal_quantile((rank - 0.375) / (S_ + 0.25));
}

double NormalScores::operator()(double rank) {
  if (2 * rank > S_ + 1) return -(*this)(S_ + 1 - rank);
  if (rank != std::floor(rank) || 2 * rank > S_) return compute(rank);
  double& known = known_[static_cast<std::size_t>(rank) - 1];
  if (std::isnan(known)) known = compute(rank);
  return known;
}

SortedDraws::SortedDraws(const ChainsRef& chains) : SortedDraws(chains.rows(), chains.cols()) {
  const Chains draws = chains;  // contiguous
  simd::Sorted sorted = simd::sort({draws.data(), static_cast<std::size_t>(draws.size())});
  values_ = std::move(sorted.values);
  places_ = std::move(sorted.places);
}

double SortedDraws::quantile(double probability) const {
  if (values_.empty()) return not_a_number;
  const double position = probability * static_cast<double>(values_.size() - 1);
  const auto at = static_cast<std::size_t>(position);
  const double fraction = position - std::floor(position);
  if (fraction == 0) return values_[at];
  const double below = values_[at], above = values_[at + 1];
  const double distance = above - below;
  if (!std::isfinite(distance)) return (1 - fraction) * below + fraction * above;
  return below + fraction * distance;
}

/// Differences up to this between draws are rounding: else ranks would order noise.
double SortedDraws::rounding() const {
  return kRounding * magnitude_of(values_);
}

Chains SortedDraws::scores_within(double rounding, NormalScores& score) const {
  Chains scores(draws_, chains_);
  const std::size_t S = values_.size();
  for (std::size_t first = 0; first < S;) {
    std::size_t last = first;  // ties: first … last share their average rank
    while (last + 1 < S && values_[last + 1] - values_[first] <= rounding) ++last;
    const double value = score(1 + 0.5 * static_cast<double>(first + last));
    for (; first <= last; ++first) scores.data()[places_[first]] = value;
  }
  return scores;
}

Chains SortedDraws::scores(NormalScores& score) const {
  return scores_within(rounding(), score);
}

Chains SortedDraws::half_scores(NormalScores& score) const {
  // In memory the halves of even chains are where the chains are.
  if (draws_ % 2 == 0) return scores(score).reshaped(draws_ / 2, 2 * chains_);
  SortedDraws halves(*this);
  halves.take_halves();
  return halves.scores(score);
}

Chains SortedDraws::folded_half_scores(NormalScores& score) && {
  join_ties();
  SortedDraws distances = folded();
  *this = SortedDraws(0, 0);  // of a large column its memory is wanted
  distances.take_halves();
  return distances.scores_within(0, score);
}

void SortedDraws::take_halves() {
  const Index half = draws_ / 2;
  if (draws_ % 2 != 0) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < values_.size(); ++i) {
      const Index chain = places_[i] / draws_, draw = places_[i] % draws_;
      if (draw == half) continue;
      values_[kept] = values_[i];
      places_[kept++] = places_[i] - chain - (draw > half ? 1 : 0);
    }
    values_.resize(kept);
    places_.resize(kept);
  }
  draws_ = half;
  chains_ *= 2;
}

void SortedDraws::join_ties() {
  const double within = rounding();
  double least = -std::numeric_limits<double>::infinity();
  for (double& value : values_) {
    if (!(value - least <= within)) least = value;
    value = least;
  }
}

/// Below the median distances fall and above it they grow: two ascending sequences are merged.
SortedDraws SortedDraws::folded() const {
  const double median = quantile(0.5);
  const std::size_t S = values_.size();
  SortedDraws distances(draws_, chains_);
  distances.values_.reserve(S);
  distances.places_.reserve(S);
  auto above =
      static_cast<std::size_t>(std::ranges::lower_bound(values_, median) - values_.begin());
  std::size_t below = above;  // the next one is before it
  while (below > 0 || above < S) {
    const bool is_low =
        above == S || (below > 0 && median - values_[below - 1] <= values_[above] - median);
    const std::size_t next = is_low ? --below : above++;
    distances.values_.push_back(std::abs(values_[next] - median));
    distances.places_.push_back(places_[next]);
  }
  return distances;
}

}  // namespace nmc::statistics
