#include "physics/observables/spin_energy_observables.hpp"

#include <utility>

namespace nmc {

Observables spin_energy_observables(const SpinEnergies& target) {
  const auto n = static_cast<double>(target.sites());
  Observables list;
  const auto add_base = [&list](const char* name, FunctionObservable::Function function) {
    list.push_back(std::make_unique<FunctionObservable>(name, std::move(function)));
    return list.back().get();
  };
  const auto add_of = [&list](const char* name, const Observable* base,
                              ObservableOfBase::Function function) {
    list.push_back(std::make_unique<ObservableOfBase>(name, *base, std::move(function)));
  };
  const Observable* energy =
      add_base("energy", [&target](const Batch& s) { return target.energy(s); });
  add_of("energy2", energy, [](const Column& e) -> Column { return e.square(); });
  const Observable* m = add_base("m", [n](const Batch& s) -> Column { return sum_sites(s) / n; });
  add_of("abs_m", m, [](const Column& v) -> Column { return v.abs(); });
  add_of("m2", m, [](const Column& v) -> Column { return v.square(); });
  add_of("m4", m, [](const Column& v) -> Column { return v.square().square(); });
  return list;
}

}  // namespace nmc
