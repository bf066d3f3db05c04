#include "drivers/catalog/user_system.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <functional>
#include <numeric>
#include <utility>

namespace nmc::catalog {
namespace {

System make_user(const std::string& name, const Make<RealHamiltonian>& make,
                 const Options& options) {
  System system;
  system.name = name;
  system.beta = options.real("beta");
  system.is_boltzmann = true;
  auto target = std::make_unique<BoltzmannTarget>(make(options), system.beta);
  const RealHamiltonian& hamiltonian = target->hamiltonian();
  set_user_lattice(hamiltonian.sites(), hamiltonian.extents(), system);
  system.observables = field_observables(*target);
  system.observables.push_back(std::make_unique<FunctionObservable>(
      "energy", [&hamiltonian](const Batch& x) { return hamiltonian.energy(x); }));
  system.default_observables = {"energy", "mean", "r2"};
  system.exact = [](const ExactEffort&) {
    return ExactAnswer{std::nullopt, "no exact method is known for a user's system"};
  };
  system.target = std::move(target);
  return system;
}

}  // namespace

void set_user_lattice(Index sites, const std::vector<Index>& extents, System& system) {
  require(sites >= 1,
          fmt::format("{}: sites() says {}; a system has one or more", system.name, sites));
  system.extents = extents;
  system.has_lattice = !extents.empty();
  system.summary = fmt::format("{} sites, beta {:.10g}", sites, system.beta);
  if (!system.has_lattice) {
    system.extents = {sites};
    system.lattice_advice = "give it one by extents() of its class";
    return;
  }
  const std::string text = fmt::format("{}", fmt::join(extents, "x"));
  const Index product =
      std::accumulate(extents.begin(), extents.end(), Index{1}, std::multiplies<>());
  require(product == sites, fmt::format("{}: extents() says {}, which are {} sites, and sites() "
                                        "says {}",
                                        system.name, text, product, sites));
  system.summary = text + ", " + system.summary;
}

SystemEntry user_entry(const UserKeys& keys) {
  SystemEntry entry;
  entry.name = keys.name;
  entry.summary = "a system of this program, p = exp(-beta H)";
  entry.options = keys.options;
  entry.options.push_back(option::real("beta", "1", "[0, inf)", "inverse temperature"));
  entry.example = fmt::format("[system]\nname = {}\nbeta = 1\n", keys.name);
  return entry;
}

SystemEntry user_system(const UserKeys& keys, const Make<RealHamiltonian>& make) {
  SystemEntry entry = user_entry(keys);
  entry.make = [name = keys.name, make](const Options& values) {
    return make_user(name, make, values);
  };
  entry.family = beta_family([make](const Options& values, double beta) {
    return std::make_unique<BoltzmannTarget>(make(values), beta);
  });
  return entry;
}

}  // namespace nmc::catalog
