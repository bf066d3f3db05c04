#include "samplers/simulation/measurement.hpp"

#include <algorithm>

#include "core/spins/replica_products.hpp"

namespace nmc {

Column Measurement::operator()(const Observable& observable) {
  if (const Observable* base = observable.base()) return observable.of_base(measured(*base));
  return measured(observable);
}

Batch Measurement::operator()(const ControlVariates& variates) const {
  if (!state_.spins.empty() && variates.reads_packed())
    return variates.measure_packed(state_.spins);
  return variates.measure(physical_());
}

const Column& Measurement::measured(const Observable& observable) {
  const auto known = std::ranges::find(bases_, &observable, &decltype(bases_)::value_type::first);
  if (known != bases_.end()) return known->second;
  bases_.emplace_back(&observable, observable.traits().is_of_pairs ? measure_pairs(observable)
                                                                   : measure(observable));
  return bases_.back().second;
}

Column Measurement::measure(const Observable& observable) {
  if (observable.traits().is_energy && state_.energy.size() > 0) return state_.energy;
  if (!state_.spins.empty() && observable.traits().reads_packed)
    return observable.measure_packed(state_.spins);
  return observable.measure(physical_());
}

const Batch& Measurement::configurations(bool of_pairs) {
  if (!of_pairs) return physical_();
  if (!products_) products_ = replica_products(physical_(), rows_.rungs());
  return *products_;
}

Column Measurement::measure_pairs(const Observable& observable) {
  Column values;
  if (!state_.spins.empty() && observable.traits().reads_packed) {
    if (!packed_products_) packed_products_ = replica_products(state_.spins, rows_.rungs());
    values = observable.measure_packed(*packed_products_);
  } else {
    values = observable.measure(configurations(true));
  }
  for (Index row = 0; row < values.size(); ++row)
    if (!rows_.is_first_of_pair(row)) values(row) = values(rows_.partner(row));
  return values;
}

}  // namespace nmc
