#include "drivers/catalog/systems/finish_toy.hpp"

#include "drivers/catalog/entries/entry.hpp"
#include "physics/observables/real_variates.hpp"

namespace nmc::catalog {

System finish_toy(const char* name, std::string summary, std::unique_ptr<const Target> toy,
                  KnownMeans known) {
  System system;
  system.name = name;
  system.summary = std::move(summary);
  system.extents = {toy->sites()};
  system.observables = field_observables(*toy);
  for (const auto& observable : system.observables)
    system.default_observables.push_back(observable->name());
  system.identities = std::move(known.means);
  system.exact = [lnZ = known.lnZ, method = known.method](const ExactEffort&) {
    Exact exact;
    exact.method = method;
    exact.lnZ = lnZ;
    return ExactAnswer{exact, ""};
  };
  system.variates = std::make_unique<RealVariates>(*toy);
  system.target = std::move(toy);
  return system;
}

void add_known(System& system, std::unique_ptr<Observable> observable, double mean) {
  system.default_observables.push_back(observable->name());
  system.identities.emplace_back(observable->name(), mean);
  system.observables.push_back(std::move(observable));
}

}  // namespace nmc::catalog
