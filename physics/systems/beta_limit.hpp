#pragma once

#include "core/spins/graph.hpp"

namespace nmc {

/// Throws UserError where ln p = −βH of a state would not be a number: beta times the sum of all
/// couplings and fields must be, too.
void check_beta_limit(double beta, const Graph& graph);

}  // namespace nmc
