#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "drivers/catalog/entries/system_entries.hpp"
#include "drivers/catalog/read/read_graph.hpp"
#include "drivers/catalog/systems/spin_system.hpp"
#include "physics/exact/label_exact.hpp"
#include "physics/observables/label_observables.hpp"
#include "physics/observables/lattice_observables.hpp"
#include "physics/observables/spin_observables.hpp"
#include "physics/systems/graph_labels.hpp"

namespace nmc::catalog {
namespace {

/// What tells one kind of labels from another.
struct LabelKind {
  const char* name;
  LabelCoupling (*coupling)(Index states);
  LabelVectors (*vectors)(Index states);
};

constexpr LabelKind kPotts{"potts", potts_coupling, potts_vectors};
constexpr LabelKind kClock{"clock", clock_coupling, clock_vectors};

System make_labels(const LabelKind& kind, const Options& options) {
  const double beta = read_beta(options);
  const Index q = options.integer("q");
  const NamedGraph named = read_graph(options);
  System system{kind.name, with_beta(fmt::format("q {}, {}", q, named.summary), beta),
                named.extents, beta};
  auto labels = at_key(options, options.is_given("bonds") ? "bonds" : "q", [&] {
    return std::make_unique<GraphLabels>(named.graph, kind.coupling(q), beta);
  });
  system.periodic = named.periodic;
  system.has_lattice = named.has_lattice;
  system.is_boltzmann = true;
  system.observables = label_observables(*labels, kind.vectors(q), named.periodic);
  if (labels->coupling().is_permutable) system.observables.push_back(largest_state(q));
  const Index sites = labels->sites();
  system.derived = spin_derived(sites, beta);
  std::ranges::move(lattice_derived(sites, named.periodic), std::back_inserter(system.derived));
  system.default_observables = spin_default_observables();
  system.exact = [&target = *labels, extents = named.extents](const ExactEffort& effort) {
    return exact_labels(target, extents, effort);
  };
  system.labels = system.pairs = labels.get();
  if (named.is_stored) system.disorder = &labels->graph();
  system.target = std::move(labels);
  return system;
}

SystemEntry label_entry(const LabelKind& kind, const char* states) {
  SystemEntry entry;
  entry.name = kind.name;
  entry.options = {
      option::required(option::integer("q", "", "[2, 64]", fmt::format("states of {}", states)))};
  for (OptionSpec spec : graph_options()) {
    if (spec.name == "h") spec.help = "uniform field that favours state 0";
    entry.options.push_back(std::move(spec));
  }
  add_temperature(entry.options);
  entry.make = [&kind](const Options& options) { return make_labels(kind, options); };
  entry.family = beta_family([&kind](const Options& options, double beta) {
    return std::make_unique<GraphLabels>(read_graph(options).graph,
                                         kind.coupling(options.integer("q")), beta);
  });
  return entry;
}

}  // namespace

SystemEntry potts_entry() {
  SystemEntry entry = label_entry(kPotts, "a label");
  entry.summary =
      "Potts model on any lattice or graph, H = -sum J delta(s, s') - h sum delta(s, 0)";
  entry.example = "[system]\nname = potts\nq = 3\nL = 16\nbeta = 1.00505254\n";
  return entry;
}

SystemEntry clock_entry() {
  SystemEntry entry = label_entry(kClock, "a label, the angle 2 pi s/q");
  entry.summary =
      "clock model on any lattice or graph, H = -sum J cos(2 pi (s - s')/q) - h sum cos(2 pi s/q)";
  entry.example = "[system]\nname = clock\nq = 6\nL = 16\nbeta = 1.2\n";
  return entry;
}

}  // namespace nmc::catalog
