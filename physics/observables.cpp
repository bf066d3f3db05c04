#include "physics/observables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace nmc {

FunctionObservable::FunctionObservable(std::string name, Function function)
    : name_(std::move(name)), function_(std::move(function)) {}

namespace {

void add(Observables& list, std::string name, FunctionObservable::Function function) {
  list.push_back(std::make_unique<FunctionObservable>(std::move(name), std::move(function)));
}

}  // namespace

SpinObservable::SpinObservable(std::string name, OfBatch of_batch, OfSpins of_spins)
    : name_(std::move(name)), of_batch_(std::move(of_batch)), of_spins_(std::move(of_spins)) {}

Observables spin_observables(const Ising& ising) {
  const auto n = static_cast<double>(ising.sites());
  const auto m = [n](const Batch& s) -> Column { return sum_sites(s) / n; };
  Observables list;
  // f(H) and f(m), of a batch and of packed spins alike.
  const auto add_energy = [&](std::string name, auto f) {
    list.push_back(std::make_unique<SpinObservable>(
        std::move(name), [&ising, f](const Batch& s) -> Column { return f(ising.energy(s)); },
        [&ising, f](const Spins& s) -> Column { return f(ising.energy(s)); }));
  };
  const auto add_m = [&](std::string name, auto f) {
    list.push_back(std::make_unique<SpinObservable>(
        std::move(name), [m, f](const Batch& s) -> Column { return f(m(s)); },
        [f](const Spins& s) -> Column { return f(magnetisation(s)); }));
  };
  add_energy("energy", [](const Column& e) -> Column { return e; });
  add_energy("energy2", [](const Column& e) -> Column { return e.square(); });
  add_m("m", [](const Column& v) -> Column { return v; });
  add_m("abs_m", [](const Column& v) -> Column { return v.abs(); });
  add_m("m2", [](const Column& v) -> Column { return v.square(); });
  add_m("m4", [](const Column& v) -> Column { return v.square().square(); });
  return list;
}

Observables real_observables(const Target& target) {
  constexpr Index max_listed = 8;
  Observables list;
  for (Index i = 0; i < std::min(max_listed, target.sites()); ++i)
    add(list, fmt::format("x{}", i), [i](const Batch& x) -> Column { return x.col(i); });
  add(list, "mean",
      [](const Batch& x) -> Column { return sum_sites(x) / static_cast<double>(x.cols()); });
  add(list, "r2", [](const Batch& x) -> Column { return sum_sites(x.square()); });
  add(list, "lp", [&target](const Batch& x) { return target.log_density(x); });
  return list;
}

std::vector<Derived> spin_derived(Index sites, double beta) {
  const auto n = static_cast<double>(sites);
  return {
      {"heat",
       "beta^2 (<energy2> - <energy>^2)",
       {"energy", "energy2"},
       [beta](std::span<const double> mean) {
         return beta * beta * (mean[1] - mean[0] * mean[0]);
       }},
      {"susceptibility",
       "sites <m2>",
       {"m2"},
       [n](std::span<const double> mean) { return n * mean[0]; }},
      {"binder",
       "1 - <m4> / (3 <m2>^2)",
       {"m2", "m4"},
       [](std::span<const double> mean) { return 1 - mean[1] / (3 * mean[0] * mean[0]); }},
  };
}

}  // namespace nmc
