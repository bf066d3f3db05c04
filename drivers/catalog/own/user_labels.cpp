#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <string>
#include <utility>

#include "drivers/catalog/own/user_parts.hpp"

namespace nmc::catalog {
namespace {

/// energy and its square, and the specific heat that follows.
template <class TargetType>
void add_energy(const TargetType& target, System& system) {
  system.observables.push_back(std::make_unique<FunctionObservable>(
      "energy", [&target](const Batch& x) { return target.energy(x); }));
  system.observables.push_back(std::make_unique<ObservableOfBase>(
      "energy2", *system.observables.back(), [](const Column& e) -> Column { return e.square(); }));
  system.derived.push_back({"heat",
                            "beta^2 (<energy2> - <energy>^2)",
                            {"energy", "energy2"},
                            [beta = system.beta](std::span<const double> mean) {
                              return beta * (beta * (mean[1] - mean[0] * mean[0]));
                            }});
  system.default_observables = {"energy"};
}

/// Fraction of the sites with each label: p0, p1, … up to p7.
void add_fractions(Index states, System& system) {
  constexpr Index kMost = 8;
  for (Index label = 0; label < std::min(states, kMost); ++label)
    system.observables.push_back(std::make_unique<FunctionObservable>(
        fmt::format("p{}", label), [label](const Batch& s) -> Column {
          const Batch is_it = (s == static_cast<double>(label)).cast<double>();
          return sum_sites(is_it) / static_cast<double>(s.cols());
        }));
}

/// cx and cy, the means of cos and sin, and m2 = cx² + cy².
void add_moments(System& system) {
  const auto cosines = [](const Batch& x) -> Column {
    return sum_sites(x.cos()) / static_cast<double>(x.cols());
  };
  const auto sines = [](const Batch& x) -> Column {
    return sum_sites(x.sin()) / static_cast<double>(x.cols());
  };
  system.observables.push_back(std::make_unique<FunctionObservable>("cx", cosines));
  system.observables.push_back(std::make_unique<FunctionObservable>("cy", sines));
  system.observables.push_back(
      std::make_unique<FunctionObservable>("m2", [cosines, sines](const Batch& x) -> Column {
        return cosines(x).square() + sines(x).square();
      }));
  system.default_observables.emplace_back("m2");
}

System make_user_labels(const std::string& name, const Make<LabelHamiltonian>& make,
                        const Options& options) {
  System system = start_user(name, options);
  auto target = std::make_unique<HamiltonianLabels>(make(options), system.beta);
  set_user_lattice(target->sites(), target->hamiltonian().extents(), system);
  add_energy(*target, system);
  add_fractions(target->states(), system);
  system.exact = by_enumeration(*target);
  system.labels = target.get();
  system.target = std::move(target);
  return system;
}

System make_user_angles(const std::string& name, const Make<AngleHamiltonian>& make,
                        const Options& options) {
  System system = start_user(name, options);
  auto target = std::make_unique<HamiltonianAngles>(make(options), system.beta);
  set_user_lattice(target->sites(), target->hamiltonian().extents(), system);
  add_energy(*target, system);
  add_moments(system);
  system.exact = [](const ExactEffort&) {
    return ExactAnswer{std::nullopt, "no exact method is known for a user's system of angles"};
  };
  system.angles = target.get();
  system.target = std::move(target);
  return system;
}

}  // namespace

SystemEntry user_system(const UserKeys& keys, const Make<LabelHamiltonian>& make) {
  return user_entry_for<HamiltonianLabels>(keys, make, make_user_labels);
}

SystemEntry user_system(const UserKeys& keys, const Make<AngleHamiltonian>& make) {
  return user_entry_for<HamiltonianAngles>(keys, make, make_user_angles);
}

}  // namespace nmc::catalog
