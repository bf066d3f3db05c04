#include "physics/exact/spin_polynomial.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

namespace nmc {

namespace {

/// The greatest common divisor of two lengths, where what is below `tolerance` counts as 0.
double common_unit(double a, double b, double tolerance) {
  while (b > tolerance) {
    // remainder() is as near to 0 from below as from above: 0.3 is 3 × 0.1 in binary, too.
    a = std::exchange(b, std::abs(std::remainder(a, b)));
  }
  return a;
}

}  // namespace

bool SpinPolynomial::is_even() const {
  return std::all_of(terms.begin(), terms.end(),
                     [](const Monomial& term) { return term.sites.size() % 2 == 0; });
}

double SpinPolynomial::bound() const {
  double sum = 0;
  for (const Monomial& term : terms) sum += std::abs(term.coupling);
  return sum;
}

SpinPolynomial spin_polynomial(const Graph& graph) {
  check(graph);
  std::vector<Monomial> all;
  for (Index i = 0; i < static_cast<Index>(graph.field.size()); ++i)
    all.push_back({{i}, graph.field[i]});
  for (const Bond& bond : graph.bonds)
    all.push_back({{std::min(bond.i, bond.j), std::max(bond.i, bond.j)}, bond.J});
  for (const Plaquette& plaquette : graph.plaquettes) {
    all.push_back({{plaquette.sites.begin(), plaquette.sites.end()}, plaquette.K});
    std::sort(all.back().sites.begin(), all.back().sites.end());
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const Monomial& a, const Monomial& b) { return a.sites < b.sites; });
  SpinPolynomial result{graph.sites, {}};
  for (Monomial& term : all) {
    if (!result.terms.empty() && result.terms.back().sites == term.sites)
      result.terms.back().coupling += term.coupling;
    else
      result.terms.push_back(std::move(term));
  }
  std::erase_if(result.terms, [](const Monomial& term) { return term.coupling == 0; });
  return result;
}

EnergyLevels energy_levels(const SpinPolynomial& terms) {
  const double bound = terms.bound();
  if (bound == 0) return {0, 1, 1};
  double largest = 0;
  for (const Monomial& term : terms.terms) largest = std::max(largest, std::abs(term.coupling));
  const double tolerance = 1e-11 * largest;
  double unit = largest;
  for (const Monomial& term : terms.terms)
    unit = common_unit(unit, std::abs(term.coupling), tolerance);
  if (bound / unit > static_cast<double>(max_levels)) return {};

  // A flip of spin i changes H by 2 Σ ±c over its terms: a multiple of 4 units where Σ c is even.
  std::vector<std::int64_t> sum(terms.sites);
  for (const Monomial& term : terms.terms)
    for (const Index site : term.sites) sum[site] += std::llround(term.coupling / unit);
  const bool all_even =
      std::all_of(sum.begin(), sum.end(), [](std::int64_t value) { return value % 2 == 0; });
  const double step = (all_even ? 4 : 2) * unit;

  // All energies differ from that of the state with every spin up by whole steps.
  double up = 0;
  for (const Monomial& term : terms.terms) up -= term.coupling;
  const double below = std::floor((up + bound) / step + 1e-6);
  const auto count = static_cast<Index>(below + std::floor((bound - up) / step + 1e-6)) + 1;
  return {up - below * step, step, count};
}

}  // namespace nmc
