#include "physics/systems/energy_unit.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

namespace nmc {
namespace {

/// A multiple differs from the coupling by no more than its own rounding and that of its decimal.
constexpr double rounding = 4 * std::numeric_limits<double>::epsilon();
constexpr double most_units = 1e5;

// Of a lattice one coupling alone, since they differ in sign at most.
template <class Function>
void for_each_coupling(const Graph& graph, const Function& visit) {
  if (graph.bonds.lattice() != nullptr)
    visit(graph.bonds.first_J());
  else
    for (const Bond& bond : graph.bonds) visit(bond.J);
  for (const Plaquette& plaquette : graph.plaquettes) visit(plaquette.K);
  for (const double h : graph.field) visit(h);
}

/// Couplings that differ in magnitude, other than 0; one more than `most` where there are many.
std::vector<double> magnitudes(const Graph& graph, std::size_t most) {
  std::vector<double> found;
  for_each_coupling(graph, [&](double c) {
    if (c != 0 && found.size() <= most && std::ranges::find(found, std::abs(c)) == found.end())
      found.push_back(std::abs(c));
  });
  return found;
}

bool is_multiple(double c, double unit) {
  const double count = std::round(c / unit);
  return count <= most_units && std::abs(c - count * unit) <= rounding * c;
}

}  // namespace

double energy_unit(const Graph& graph) {
  constexpr std::size_t most_different = 100;
  double largest = 0;
  for_each_coupling(graph, [&](double c) { largest = std::max(largest, std::abs(c)); });
  if (largest == 0) return 1;
  const double power = std::exp2(std::ilogb(largest));
  const std::vector<double> couplings = magnitudes(graph, most_different);
  if (couplings.size() > most_different) return power;
  double unit = largest;
  for (double c : couplings)
    while (c > largest / (10 * most_units))
      unit = std::exchange(c, std::abs(std::remainder(unit, c)));
  const double least = *std::ranges::min_element(couplings);
  unit = least / std::round(least / unit);  // free of the rounding of the remainders
  const bool is_common =
      std::ranges::all_of(couplings, [&](double c) { return is_multiple(c, unit); });
  return is_common ? unit : power;
}

Graph in_units(Graph graph, double unit) {
  const auto in_unit = [unit](double c) {
    const double count = std::round(c / unit);
    return is_multiple(std::abs(c), unit) ? count : c / unit;
  };
  graph.bonds.change_J(in_unit);
  for (Plaquette& plaquette : graph.plaquettes) plaquette.K = in_unit(plaquette.K);
  for (double& h : graph.field) h = in_unit(h);
  return graph;
}

}  // namespace nmc
