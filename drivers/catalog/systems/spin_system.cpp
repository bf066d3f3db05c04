#include "drivers/catalog/systems/spin_system.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <memory>
#include <utility>

#include "physics/exact/exact.hpp"
#include "physics/observables/callen.hpp"
#include "physics/observables/lattice_observables.hpp"
#include "physics/observables/overlap.hpp"
#include "physics/observables/spin_observables.hpp"
#include "physics/observables/spin_variates.hpp"

namespace nmc::catalog {

std::string with_beta(const std::string& summary, double beta) {
  return fmt::format("{}, beta {:.10g}", summary, beta);
}

const std::vector<std::string>& spin_default_observables() {
  static const std::vector<std::string> names{"energy", "abs_m", "m2"};
  return names;
}

namespace {

// Griffiths' second inequality: couplings J, K >= 0 and fields h >= 0 add to <s>, which is at least
// that of free spins; turned over for fields h <= 0 (J. Math. Phys. 8, 478 (1967); Kelly and
// Sherman, J. Math. Phys. 9, 466 (1968)).
std::vector<MeanBounds> griffiths_bounds(const Graph& graph, double beta) {
  const auto negative = [](const Plaquette& plaquette) { return plaquette.K < 0; };
  if (!graph.bonds.are_ferromagnetic() || std::ranges::any_of(graph.plaquettes, negative))
    return {};
  double free = 0, least = 0, most = 0;
  for (const double h : graph.field) {
    free += std::tanh(beta * h) / static_cast<double>(graph.sites);
    least = std::min(least, h);
    most = std::max(most, h);
  }
  if ((least < 0) == (most > 0)) return {};  // none, or of both signs
  const std::string why =
      fmt::format("beside couplings >= 0 and fields {} 0", most > 0 ? ">=" : "<=");
  return {{"m", most > 0 ? free : -1, most > 0 ? 1 : free, why}};
}

template <class List>
void append(List from, List& to) {
  std::ranges::move(from, std::back_inserter(to));
}

}  // namespace

System spin_system(const std::string& name, const NamedGraph& named, double beta) {
  System system{name, with_beta(named.summary, beta), named.extents, beta};
  auto ising = std::make_unique<Ising>(named.graph, beta);
  const Index sites = named.graph.sites;
  system.periodic = named.periodic;
  system.has_lattice = named.has_lattice;
  system.observables = spin_observables(*ising);
  append(lattice_observables(named.periodic), system.observables);
  append(overlap_observables(*ising, named.periodic), system.observables);
  auto callen = std::make_unique<Callen>(*ising);
  system.largest_steps = {{callen->name(), callen->largest_step()}};
  system.observables.push_back(std::move(callen));
  system.identities = {{"callen", 0.0}};
  if (std::ranges::all_of(named.graph.field, [](double h) { return h == 0; }))
    system.identities.emplace_back("m", 0.0);  // H(-s) = H(s)
  system.mean_bounds = griffiths_bounds(named.graph, beta);
  system.derived = spin_derived(sites, beta);
  append(lattice_derived(sites, named.periodic), system.derived);
  append(overlap_derived(sites, named.periodic), system.derived);
  system.default_observables = spin_default_observables();
  if (!system.mean_bounds.empty()) system.default_observables.emplace_back("m");
  // Only what costs a tenth of the default ten sweeps at most: on a torus whose sweeps are those of
  // strips the structure factor would bring the sum to an eighth, and in other layouts to a
  // twentieth; real couplings have no counts from which the identity follows.
  if (named.periodic.has_modes() && !StripGeometry::fits(named.graph.torus))
    system.default_observables.emplace_back("s_kmin");
  if (AlignmentCounts::fits(named.graph)) system.default_observables.emplace_back("callen");
  system.variates = std::make_unique<SpinVariates>(*ising);
  system.exact = [&spins = *ising](const ExactEffort& effort) {
    return exact_spins(spins.graph(), spins.beta(), effort);
  };
  system.spins = ising.get();
  if (named.is_stored) system.disorder = &ising->graph();
  system.target = std::move(ising);
  return system;
}

}  // namespace nmc::catalog
