#include "physics/exact/bessel.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace nmc {
namespace {

constexpr double series_range = 2;

/// I_n(x) = (x/2)^n / n! Σ_k (x²/4)^k / (k! (n + 1) … (n + k)).
double series(double x, Index n) {
  const double quarter = 0.25 * x * x;
  double lead = 1, term = 1, sum = 1;
  for (Index k = 1; k <= n; ++k) lead *= 0.5 * x / static_cast<double>(k);
  for (Index k = 1; term > 1e-18 * sum; ++k) {
    term *= quarter / static_cast<double>(k * (n + k));
    sum += term;
  }
  return lead * sum;
}

/// For x > 0: I_{n−1} = I_{n+1} + (2n/x) I_n from far above, where any start does.
std::vector<double> recurrence(double x, Index most) {
  const auto width = static_cast<Index>(12 * std::sqrt(x));  // I_n ~ e^{−n²/2x}: 1e-31 there
  const Index first = std::max(most, width) + 40;
  std::vector<double> values(static_cast<std::size_t>(most) + 1, 0.0);
  double above = 0, here = 1e-300, sum = 0;
  for (Index n = first; n >= 0; --n) {
    if (n <= most) values[static_cast<std::size_t>(n)] = here;
    sum += n > 0 ? 2 * here : here;
    const double below = above + 2 * static_cast<double>(n) / x * here;
    above = here;
    here = below;
    if (here < 1e250) continue;
    for (double* number : {&above, &here, &sum}) *number *= 1e-250;
    for (double& value : values) value *= 1e-250;
  }
  for (double& value : values) value /= sum;
  return values;
}

}  // namespace

std::vector<double> scaled_bessel(double x, Index most) {
  const double size = std::abs(x);
  std::vector<double> values;
  if (size > series_range) {
    values = recurrence(size, most);
  } else {
    for (Index n = 0; n <= most; ++n) values.push_back(std::exp(-size) * series(size, n));
  }
  if (x < 0)  // I_n(−x) = (−1)^n I_n(x)
    for (std::size_t n = 1; n < values.size(); n += 2) values[n] = -values[n];
  return values;
}

// I_n' = (I_{n−1} + I_{n+1})/2, twice.
BondCharacters::BondCharacters(double beta, double J, double precision) {
  const double x = beta * J;
  const auto width = static_cast<Index>(10 * std::sqrt(std::abs(x)));
  const std::vector<double> all = scaled_bessel(x, width + 40);
  const auto at = [&](Index n) { return all[static_cast<std::size_t>(std::abs(n))]; };
  for (Index n = 0; n + 2 < static_cast<Index>(all.size()); ++n) {
    if (std::abs(at(n)) < precision * at(0)) break;
    jets_.push_back(
        {at(n), J * (at(n - 1) + at(n + 1)) / 2, J * J * (at(n - 2) + 2 * at(n) + at(n + 2)) / 4});
  }
}

Jet BondCharacters::operator()(Index n) const {
  return std::abs(n) > most() ? Jet{} : jets_[static_cast<std::size_t>(std::abs(n))];
}

}  // namespace nmc
