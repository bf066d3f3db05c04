#include "core/statistics/mutual_information.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>
#include <vector>

#include "core/errors.hpp"

namespace nmc::statistics {
namespace {

/// Mean 0 and variance 1, so that one distance serves both variables; empty where it cannot be.
Column standardised(const Column& x) {
  const double mean = x.mean(), width = std::sqrt((x - mean).square().mean());
  if (!(width > 0) || !std::isfinite(width)) return {};
  return (x - mean) / width;
}

/// Numbers of a sorted list nearer to `centre` than `radius`.
std::size_t count_nearer(const std::vector<double>& sorted, double centre, double radius) {
  // By the differences that distances are made of, so that what is at the radius is not nearer.
  const auto begin = std::partition_point(sorted.begin(), sorted.end(),
                                          [&](double v) { return centre - v >= radius; });
  const auto end =
      std::partition_point(begin, sorted.end(), [&](double v) { return v - centre < radius; });
  return static_cast<std::size_t>(end - begin);
}

/// ψ(1) … ψ(n) at their places; nothing at 0.
std::vector<double> digammas(std::size_t n) {
  std::vector<double> psi{0, -std::numbers::egamma};
  for (std::size_t m = 1; m < n; ++m) psi.push_back(psi.back() + 1 / static_cast<double>(m));
  return psi;
}

/// Pairs in the order of x, with the y alone sorted as well.
struct SortedPairs {
  std::vector<double> x, y, sorted_y;
};

SortedPairs sort_pairs(const Column& x, const Column& y) {
  std::vector<Index> order(static_cast<std::size_t>(x.size()));
  std::iota(order.begin(), order.end(), Index{0});
  std::ranges::sort(order, {}, [&](Index i) { return x(i); });
  SortedPairs pairs;
  for (const Index i : order) {
    pairs.x.push_back(x(i));
    pairs.y.push_back(y(i));
  }
  pairs.sorted_y = pairs.y;
  std::ranges::sort(pairs.sorted_y);
  return pairs;
}

/// The distance, of the larger coordinate, to the kNeighbours-th nearest pair: outwards along x
/// until x alone is farther than what was found.
double neighbour_distance(const SortedPairs& pairs, std::size_t i) {
  std::array<double, kNeighbours> nearest{};
  nearest.fill(std::numeric_limits<double>::infinity());
  const auto look = [&](std::size_t j) {
    const double distance =
        std::max(std::abs(pairs.x[j] - pairs.x[i]), std::abs(pairs.y[j] - pairs.y[i]));
    if (distance >= nearest.back()) return;
    auto place = nearest.end() - 1;
    for (; place != nearest.begin() && *(place - 1) > distance; --place) *place = *(place - 1);
    *place = distance;
  };
  std::size_t left = i, right = i + 1;
  while (left > 0 || right < pairs.x.size()) {
    const double to_left = left > 0 ? pairs.x[i] - pairs.x[left - 1] : HUGE_VAL;
    const double to_right = right < pairs.x.size() ? pairs.x[right] - pairs.x[i] : HUGE_VAL;
    if (std::min(to_left, to_right) >= nearest.back()) break;
    look(to_left < to_right ? --left : right++);
  }
  return nearest.back();
}

/// Σx, Σy, Σx², Σy², Σxy and the number of draws.
using Sums = std::array<double, 6>;

Sums sums_of(const Column& x, const Column& y) {
  return {x.sum(),          y.sum(),       x.square().sum(),
          y.square().sum(), (x * y).sum(), static_cast<double>(x.size())};
}

double gaussian_of(const Sums& s) {
  const double n = s[5];
  const double xx = s[2] / n - s[0] * s[0] / (n * n), yy = s[3] / n - s[1] * s[1] / (n * n);
  const double xy = s[4] / n - s[0] * s[1] / (n * n);
  return -0.5 * std::log1p(-xy * xy / (xx * yy));
}

/// Draws first … first + count − 1.
struct Group {
  Index first, count;
};

Group group_of(Index draws, Index groups, Index group) {
  const Index first = draws * group / groups;
  return {first, draws * (group + 1) / groups - first};
}

Estimate gaussian_information(const Column& x, const Column& y) {
  const Sums all = sums_of(x, y);
  const double plain = gaussian_of(all);
  double mean = 0, square = 0;
  for (Index g = 0; g < kInformationGroups; ++g) {
    const Group part = group_of(x.size(), kInformationGroups, g);
    const Sums out = sums_of(x.segment(part.first, part.count), y.segment(part.first, part.count));
    Sums rest = all;
    for (std::size_t i = 0; i < rest.size(); ++i) rest[i] -= out[i];
    const double left = gaussian_of(rest);
    mean += left / kInformationGroups;
    square += (left - plain) * (left - plain);
  }
  constexpr double kGroups = kInformationGroups;
  const double spread = std::sqrt((kGroups - 1) / kGroups * square);
  // n ρ² is χ² of one degree of freedom where there is no correlation: sd of I = 1/(√2 n).
  return {kGroups * plain - (kGroups - 1) * mean,
          std::hypot(spread, 1 / (std::sqrt(2.0) * static_cast<double>(x.size())))};
}

/// Mean and squared spread of the estimator over disjoint groups.
Estimate over_groups(const Column& x, const Column& y, Index groups) {
  Column values(groups);
  for (Index g = 0; g < groups; ++g) {
    const Group part = group_of(x.size(), groups, g);
    values(g) =
        neighbour_information(x.segment(part.first, part.count), y.segment(part.first, part.count));
  }
  return {values.mean(), std::sqrt(sample_variance(values) / static_cast<double>(groups))};
}

}  // namespace

double neighbour_information(const Column& x, const Column& y) {
  const Column u = standardised(x), v = standardised(y);
  if (u.size() == 0 || v.size() == 0) return not_a_number;
  const SortedPairs pairs = sort_pairs(u, v);
  const std::vector<double> psi = digammas(pairs.x.size());
  double sum = 0;
  for (std::size_t i = 0; i < pairs.x.size(); ++i) {
    const double distance = neighbour_distance(pairs, i);
    // Each count holds the pair itself, and so is n_x + 1 of the paper; 1 where pairs coincide.
    sum += psi[std::max<std::size_t>(1, count_nearer(pairs.x, pairs.x[i], distance))] +
           psi[std::max<std::size_t>(1, count_nearer(pairs.sorted_y, pairs.y[i], distance))];
  }
  return psi[kNeighbours] + psi.back() - sum / static_cast<double>(pairs.x.size());
}

MutualInformation mutual_information(const Column& x, const Column& y) {
  require(x.size() == y.size(),
          fmt::format("mutual information of {} and of {} draws", x.size(), y.size()));
  require(x.size() >= kLeastInformationDraws,
          fmt::format("{} draws are too few for a mutual information with its error: it takes {}",
                      x.size(), kLeastInformationDraws));
  MutualInformation result;
  if (standardised(x).size() == 0 || standardised(y).size() == 0) return result;
  result.gaussian = gaussian_information(x, y);
  result.neighbours = {neighbour_information(x, y), over_groups(x, y, kInformationGroups).error};
  const Index half = x.size() / 2;
  Column apart(y.size());
  apart << y.tail(y.size() - half), y.head(half);
  result.shuffled = neighbour_information(x, apart);
  result.halves = over_groups(x, y, 2).value;
  return result;
}

}  // namespace nmc::statistics
