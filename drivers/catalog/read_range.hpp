#pragma once

#include <optional>
#include <vector>

#include "core/options/options.hpp"
#include "core/roles/beta_range.hpp"
#include "drivers/catalog/entry.hpp"

namespace nmc::catalog {

/// conditional, beta_min and beta_max of networks that can be one for a range of temperatures.
[[nodiscard]] std::vector<OptionSpec> range_options();

/// What they say; none where the network is one of the system's beta alone. UserError where it is
/// no range or the system's beta is not in it.
[[nodiscard]] std::optional<BetaRange> read_range(const Options& options, const System& system);

/// The same into the spec of a network that is told its beta in this way only.
template <class Spec>
void set_range(const std::optional<BetaRange>& range, double beta, Spec& spec) {
  spec.beta_range = range;
  if (range) spec.beta = beta;
}

}  // namespace nmc::catalog
