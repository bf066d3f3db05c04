#pragma once

#include <string>
#include <vector>

#include "physics/observables/observables.hpp"
#include "physics/systems/ising.hpp"

namespace nmc {

/// H of the Ising model.
class SpinEnergyObservable final : public Observable {
 public:
  explicit SpinEnergyObservable(const Ising& ising) : ising_(ising) {}
  [[nodiscard]] std::string name() const override { return "energy"; }
  [[nodiscard]] Column measure(const Batch& s) const override { return ising_.energy(s); }
  [[nodiscard]] Column measure_packed(const Spins& s) const override { return ising_.energy(s); }
  [[nodiscard]] ObservableTraits traits() const override {
    return {.reads_packed = true, .is_energy = true};
  }

 private:
  const Ising& ising_;
};

/// energy, energy2 (its square), m, abs_m, m2, m4 of spins. The system must outlive them.
[[nodiscard]] Observables spin_observables(const Ising& ising);

/// heat = β² (⟨E²⟩ − ⟨E⟩²), energy_per_site, susceptibility = N ⟨m²⟩, susceptibility_connected =
/// N (⟨m²⟩ − ⟨|m|⟩²), binder = 1 − ⟨m⁴⟩ / 3⟨m²⟩².
[[nodiscard]] std::vector<Derived> spin_derived(Index sites, double beta);

}  // namespace nmc
