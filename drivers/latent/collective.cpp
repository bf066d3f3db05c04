#include "drivers/latent/collective.hpp"

#include <algorithm>
#include <numeric>

namespace nmc::drivers::latent {
namespace {

const Observable* observable_of(const System& system, const std::string& name) {
  const auto found = std::ranges::find_if(
      system.observables, [&](const auto& observable) { return observable->name() == name; });
  return found == system.observables.end() ? nullptr : found->get();
}

bool is_whole_lattice(const System& system, Index sites) {
  const Index product =
      std::accumulate(system.extents.begin(), system.extents.end(), Index{1}, std::multiplies<>());
  return system.has_lattice && product == sites && *std::ranges::max_element(system.extents) >= 2;
}

}  // namespace

Index Collective::place(const std::string& name) const {
  const auto found = std::ranges::find(names, name);
  return found == names.end() ? -1 : found - names.begin();
}

Collective collective_of(const System& system, const Batch& x) {
  Collective result;
  std::vector<Column> columns;
  const auto add = [&](const std::string& name, const Column& column) {
    result.names.push_back(name);
    columns.push_back(column);
  };
  // A mean of angles, which have no zero of their own, says nothing.
  const bool is_real = system.target == nullptr || system.target->support() == Support::real;
  const auto measured = [&](const std::string& name, const auto& otherwise) {
    if (const Observable* observable = observable_of(system, name))
      add(name, observable->measure(x));
    else if (is_real)
      add(name, otherwise());
  };
  const Column mean = sum_sites(x) / static_cast<double>(x.cols());
  measured("m", [&] { return mean; });
  measured("abs_m", [&]() -> Column { return mean.abs(); });
  measured("m2", [&]() -> Column { return mean.square(); });
  if (const Observable* energy = observable_of(system, "energy")) add("energy", energy->measure(x));
  if (system.target != nullptr) add("action", -system.target->log_density(x));
  if (is_real && is_whole_lattice(system, x.cols()))
    add("s_kmin", SmallestMode({system.extents})(x));
  result.values.resize(x.rows(), std::ssize(columns));
  for (std::size_t i = 0; i < columns.size(); ++i)
    result.values.col(static_cast<Index>(i)) = columns[i];
  return result;
}

}  // namespace nmc::drivers::latent
