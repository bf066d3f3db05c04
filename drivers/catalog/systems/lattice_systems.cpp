#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "drivers/catalog/entries/system_entries.hpp"
#include "drivers/catalog/systems/spin_system.hpp"
#include "physics/exact/exact.hpp"
#include "physics/exact/phi4_exact.hpp"
#include "physics/observables/dual_observables.hpp"
#include "physics/observables/dual_variates.hpp"
#include "physics/observables/phi4_observables.hpp"
#include "physics/observables/real_variates.hpp"
#include "physics/observables/spin_observables.hpp"
#include "physics/systems/dual_ising.hpp"
#include "physics/systems/ising.hpp"
#include "physics/systems/made_family.hpp"
#include "physics/systems/phi4.hpp"

namespace nmc::catalog {
namespace {

System make_ising(const Options& options) {
  return spin_system("ising", read_graph(options), read_beta(options));
}

System make_dual(const Options& options) {
  const double beta = read_beta(options);
  const NamedGraph named = read_graph(options);
  const Graph& graph = named.graph;
  System system{"dual_ising", with_beta(named.summary, beta), named.extents, beta};
  system.has_lattice = named.has_lattice;
  system.has_edges = named.has_edges;
  if (options.text("coordinates") == "stencil") {
    auto dual = std::make_unique<DualStencil>(graph, beta);
    system.observables = dual_observables(*dual);
    system.auxiliary = dual.get();
    if (named.is_stored) system.disorder = &dual->dual().graph();
    system.variates = std::make_unique<DualVariates>(dual->dual(), true);
    system.exact = [&field = dual->dual()](const ExactEffort& effort) {
      return exact_dual(field, effort);
    };
    system.target = std::move(dual);
  } else {
    auto dual = std::make_unique<DualIsing>(graph, beta);
    system.observables = dual_observables(*dual);
    system.auxiliary = dual.get();
    if (named.is_stored) system.disorder = &dual->graph();
    system.variates = std::make_unique<DualVariates>(*dual);
    system.exact = [&field = *dual](const ExactEffort& effort) {
      return exact_dual(field, effort);
    };
    system.target = std::move(dual);
  }
  system.auxiliary_spins = std::make_unique<Ising>(graph, beta);
  system.derived = spin_derived(graph.sites, beta);
  // abs_m costs N² per configuration and is there on small lattices alone.
  for (const auto& name : spin_default_observables())
    if (std::ranges::any_of(system.observables, [&](const auto& o) { return o->name() == name; }))
      system.default_observables.push_back(name);
  return system;
}

std::unique_ptr<Target> dual_at_beta(const Options& options, double beta) {
  const Graph graph = read_graph(options).graph;
  if (options.text("coordinates") == "stencil") return std::make_unique<DualStencil>(graph, beta);
  return std::make_unique<DualIsing>(graph, beta);
}

System make_phi4(const Options& options) {
  const Lattice lattice = read_lattice(options);
  System system;
  system.name = "phi4";
  system.summary = fmt::format("{}, {} sites, m^2 {}, lambda {}", lattice.describe(),
                               lattice.sites(), options.text("m2"), options.text("lambda"));
  system.extents = lattice.extents;
  system.has_lattice = true;
  system.has_edges = !lattice.is_torus();
  if (lattice.is_torus()) system.periodic.extents = lattice.extents;
  auto phi4 = std::make_unique<Phi4>(lattice, options.real("m2"), options.real("lambda"));
  system.observables = phi4_observables(*phi4);
  system.derived = phi4_derived(*phi4);
  system.default_observables = {"action", "abs_m", "m2", "phi4", "identity"};
  system.identities = {{"identity", 0.0}};
  system.parameters = {{"m2", options.real("m2")}, {"lambda", options.real("lambda")}};
  system.field = phi4.get();
  system.variates = std::make_unique<RealVariates>(*phi4, phi4.get());
  system.exact = [lattice, m2 = options.real("m2"), lambda = options.real("lambda")](
                     const ExactEffort& effort) { return exact_phi4(lattice, m2, lambda, effort); };
  system.target = std::move(phi4);
  return system;
}

}  // namespace

SystemEntry phi4_entry() {
  SystemEntry entry;
  entry.name = "phi4";
  entry.summary = "scalar phi^4, S = sum (phi - phi')^2 over bonds + sum m2 phi^2 + lambda phi^4";
  entry.options = lattice_options();
  entry.options.push_back(option::real("m2", "-4", "", "mass squared, may be negative"));
  entry.options.push_back(option::real("lambda", "6.975", "[0, inf)", "self-coupling"));
  entry.example = "[system]\nname = phi4\nL = 6\nm2 = -4\nlambda = 6.975\n";
  entry.make = make_phi4;
  entry.family = [](const Options& options) {
    constexpr double kMost = std::numeric_limits<double>::max();
    return std::make_unique<MadeFamily>(
        std::vector<ConditionRange>{{"m2", -kMost, kMost}, {"lambda", 0, kMost}},
        [lattice = read_lattice(options)](const Condition& at) {
          return std::make_unique<Phi4>(lattice, at.values[0], at.values[1]);
        });
  };
  return entry;
}

SystemEntry ising_entry() {
  SystemEntry entry;
  entry.name = "ising";
  entry.summary = "Ising spins on any lattice or graph, H = -sum J s s' - sum K s s s s - sum h s";
  entry.options = graph_options();
  entry.options.push_back(
      option::real("K", "0", "", "coupling of the four spins of every elementary square"));
  add_temperature(entry.options);
  entry.example = "[system]\nname = ising\nL = 16\nbeta = 0.44068679\n";
  entry.make = make_ising;
  entry.family = spin_beta_family(
      [](const Options& options) { return std::make_unique<Ising>(read_graph(options).graph, 1); });
  return entry;
}

SystemEntry dual_ising_entry() {
  SystemEntry entry;
  entry.name = "dual_ising";
  entry.summary = "the continuous dual field of the Ising model, E = x K^-1 x / 2 - sum ln cosh x";
  entry.options = graph_options();
  add_temperature(entry.options);
  entry.options.push_back(option::choice("coordinates", "field", {"field", "stencil"},
                                         "the field x, or y with x = K y"));
  entry.example = "[system]\nname = dual_ising\nL = 8\nbeta = 0.44068679\n";
  entry.make = make_dual;
  entry.family = beta_family(dual_at_beta);
  return entry;
}

}  // namespace nmc::catalog
