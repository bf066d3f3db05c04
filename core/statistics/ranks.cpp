#include "core/statistics/ranks.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace nmc::statistics {
namespace {

/// Places of draws in the order of their values.
std::vector<Index> ascending_places(const Chains& draws) {
  std::vector<Index> places(static_cast<std::size_t>(draws.size()));
  for (Index i = 0; i < draws.size(); ++i) places[static_cast<std::size_t>(i)] = i;
  std::ranges::sort(places, {}, [&](Index place) { return draws.data()[place]; });
  return places;
}

/// Adds `amount`, spread evenly over the ranks first … last, all of them a stretch of [0, bins].
void spread_over(Eigen::Ref<Column> bins, double first, double last, double amount) {
  for (auto bin = static_cast<Index>(first); bin < bins.size(); ++bin) {
    const double from = std::max(first, static_cast<double>(bin));
    const double to = std::min(last, static_cast<double>(bin + 1));
    if (to <= from) return;
    bins[bin] += amount * (to - from) / (last - first);
  }
}

}  // namespace

Chains rank_shares(const ChainsRef& chains, Index bins) {
  const Chains draws = chains;
  Chains shares = Chains::Zero(bins, draws.cols());
  const std::vector<Index> places = ascending_places(draws);
  const double rounding = draws.size() == 0 ? 0 : kRounding * draws.abs().maxCoeff();
  const auto width = static_cast<double>(bins) / static_cast<double>(draws.size());
  const double weight = static_cast<double>(bins) / static_cast<double>(draws.rows());
  const auto value = [&](std::size_t i) { return draws.data()[places[i]]; };
  for (std::size_t first = 0; first < places.size();) {
    std::size_t last = first + 1;
    while (last < places.size() && value(last) - value(first) <= rounding) ++last;
    const double low = static_cast<double>(first) * width, high = static_cast<double>(last) * width;
    for (std::size_t i = first; i < last; ++i)
      spread_over(shares.col(places[i] / draws.rows()), low, high, weight);
    first = last;
  }
  return shares;
}

}  // namespace nmc::statistics
