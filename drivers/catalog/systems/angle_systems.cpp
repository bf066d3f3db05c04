#include <utility>

#include "drivers/catalog/entries/system_entries.hpp"
#include "drivers/catalog/read/read_graph.hpp"
#include "drivers/catalog/systems/spin_system.hpp"
#include "physics/exact/xy_exact.hpp"
#include "physics/observables/angle_variates.hpp"
#include "physics/observables/xy_observables.hpp"

namespace nmc::catalog {
namespace {

System make_xy(const Options& options) {
  NamedGraph named = read_graph(options);
  const double beta = read_beta(options);
  System system{"xy", with_beta(named.summary, beta), named.extents, beta};
  auto model = std::make_unique<XyModel>(std::move(named.graph), beta);
  system.is_boltzmann = true;
  system.periodic = named.periodic;
  system.has_lattice = named.has_lattice;
  system.observables = xy_observables(*model, named.periodic);
  system.derived = xy_derived(*model, named.periodic);
  system.identities = {{"identity", 0.0}};
  system.default_observables = {"energy", "abs_m", "m2", "identity"};
  if (!first_axis_bonds(model->graph(), named.periodic).empty())
    for (const char* name : {"helicity_cos", "helicity_sin2"})
      system.default_observables.emplace_back(name);
  system.variates = std::make_unique<AngleVariates>(*model);
  system.exact = [&xy = *model, lattice = named.periodic](const ExactEffort& effort) {
    return exact_xy(xy, lattice, effort);
  };
  system.angles = model.get();
  system.coupled_angles = model.get();
  if (named.is_stored) system.disorder = &model->graph();
  system.target = std::move(model);
  return system;
}

}  // namespace

SystemEntry xy_entry() {
  SystemEntry entry;
  entry.name = "xy";
  entry.summary = "XY model on any lattice or graph, H = -sum J cos(theta - theta') - sum h cos";
  entry.options = graph_options();
  add_temperature(entry.options);
  entry.example = "[system]\nname = xy\nL = 8\nbeta = 1\n";
  entry.make = make_xy;
  entry.family = beta_family([](const Options& options, double beta) -> std::unique_ptr<Target> {
    return std::make_unique<XyModel>(read_graph(options).graph, beta);
  });
  return entry;
}

}  // namespace nmc::catalog
