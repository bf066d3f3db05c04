#pragma once

#include <optional>
#include <vector>

#include "core/options/options.hpp"
#include "core/roles/condition.hpp"
#include "drivers/catalog/entries/entry.hpp"
#include "models/flows/map/bijector_flow.hpp"

namespace nmc::catalog {

/// conditional, beta_min and beta_max of networks that can be one for a range of temperatures.
[[nodiscard]] std::vector<OptionSpec> range_options();

/// What they say of a network of spins; none where it is one of the system's beta alone. UserError
/// where it is no range or the system's beta is not in it.
[[nodiscard]] std::optional<ConditionRange> read_range(const Options& options,
                                                       const System& system);

/// The same into the spec of a network that is told its beta in this way only.
template <class Spec>
void set_range(const std::optional<ConditionRange>& range, double beta, Spec& spec) {
  spec.beta_range = range;
  if (range) spec.beta = beta;
}

/// The same keys of flows, and `conditions`: ranges of other numbers of the system.
[[nodiscard]] std::vector<OptionSpec> flow_range_options();

/// What they say, with the system's own condition; none where the network is one of that alone.
[[nodiscard]] FlowConditions read_conditions(const Options& options, const System& system);

}  // namespace nmc::catalog
