#include "physics/observables/observables.hpp"

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

SpinObservable::SpinObservable(std::string name, OfBatch of_batch, OfSpins of_spins, bool of_pairs)
    : name_(std::move(name)),
      of_batch_(std::move(of_batch)),
      of_spins_(std::move(of_spins)),
      of_pairs_(of_pairs) {}

ObservableOfBase::ObservableOfBase(std::string name, const Observable& base, Function function)
    : name_(std::move(name)), base_(base), function_(std::move(function)) {}

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

}  // namespace nmc
