#include "physics/observables/spin_observables.hpp"

#include <memory>
#include <span>
#include <utility>

namespace nmc {

Observables spin_observables(const Ising& ising) {
  const auto n = static_cast<double>(ising.sites());
  auto energy = std::make_unique<SpinEnergyObservable>(ising);
  auto m = std::make_unique<SpinObservable>(
      "m", [n](const Batch& s) -> Column { return sum_sites(s) / n; },
      [](const Spins& s) { return magnetisation(s); });
  const Observable &of_energy = *energy, &of_m = *m;
  Observables list;
  const auto add_of = [&list](const char* name, const Observable& base,
                              ObservableOfBase::Function function) {
    list.push_back(std::make_unique<ObservableOfBase>(name, base, std::move(function)));
  };
  list.push_back(std::move(energy));
  add_of("energy2", of_energy, [](const Column& e) -> Column { return e.square(); });
  list.push_back(std::move(m));
  add_of("abs_m", of_m, [](const Column& v) -> Column { return v.abs(); });
  add_of("m2", of_m, [](const Column& v) -> Column { return v.square(); });
  add_of("m4", of_m, [](const Column& v) -> Column { return v.square().square(); });
  return list;
}

std::vector<Derived> spin_derived(Index sites, double beta) {
  const auto n = static_cast<double>(sites);
  return {
      {"heat",
       "beta^2 (<energy2> - <energy>^2)",
       {"energy", "energy2"},
       [beta](std::span<const double> mean) {
         return beta * (beta * (mean[1] - mean[0] * mean[0]));
       }},
      {"energy_per_site",
       "<energy> / sites",
       {"energy"},
       [n](std::span<const double> mean) { return mean[0] / n; }},
      {"susceptibility",
       "sites <m2>",
       {"m2"},
       [n](std::span<const double> mean) { return n * mean[0]; }},
      {"susceptibility_connected",
       "sites (<m2> - <abs_m>^2)",
       {"m2", "abs_m"},
       [n](std::span<const double> mean) { return n * (mean[0] - mean[1] * mean[1]); }},
      {"binder",
       "1 - <m4> / (3 <m2>^2)",
       {"m2", "m4"},
       [](std::span<const double> mean) { return 1 - mean[1] / (3 * mean[0] * mean[0]); }},
  };
}

}  // namespace nmc
