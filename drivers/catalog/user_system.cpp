#include <fmt/format.h>
#include <fmt/ranges.h>

#include <functional>
#include <numeric>
#include <string>
#include <utility>

#include "drivers/catalog/register.hpp"

namespace nmc::catalog {
namespace {

void set_lattice(const RealHamiltonian& hamiltonian, System& system) {
  const Index sites = hamiltonian.sites();
  system.extents = hamiltonian.extents();
  system.has_lattice = !system.extents.empty();
  system.summary = fmt::format("{} sites, beta {:.10g}", sites, system.beta);
  if (!system.has_lattice) {
    system.extents = {sites};
    system.lattice_advice = "give it one by extents() of its class";
    return;
  }
  const std::string text = fmt::format("{}", fmt::join(system.extents, "x"));
  const Index product =
      std::accumulate(system.extents.begin(), system.extents.end(), Index{1}, std::multiplies<>());
  require(product == sites, fmt::format("{}: extents() says {}, which are {} sites, and sites() "
                                        "says {}",
                                        system.name, text, product, sites));
  system.summary = text + ", " + system.summary;
}

System make_user(const std::string& name, const MakeHamiltonian& make, const Options& options) {
  System system;
  system.name = name;
  system.beta = options.real("beta");
  system.is_boltzmann = true;
  auto target = std::make_unique<BoltzmannTarget>(make(options), system.beta);
  set_lattice(target->hamiltonian(), system);
  system.observables = field_observables(*target);
  const RealHamiltonian& hamiltonian = target->hamiltonian();
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

SystemEntry user_system(const std::string& name, std::vector<OptionSpec> options,
                        const MakeHamiltonian& make) {
  SystemEntry entry;
  entry.name = name;
  entry.summary = "a system of this program, p = exp(-beta H)";
  entry.options = std::move(options);
  entry.options.push_back(option::real("beta", "1", "[0, inf)", "inverse temperature"));
  entry.example = fmt::format("[system]\nname = {}\nbeta = 1\n", name);
  entry.make = [name, make](const Options& values) { return make_user(name, make, values); };
  entry.at_beta = [make](const Options& values, double beta) -> std::unique_ptr<Target> {
    return std::make_unique<BoltzmannTarget>(make(values), beta);
  };
  return entry;
}

}  // namespace nmc::catalog
