#pragma once

#include "core/spins/graph.hpp"
#include "physics/exact/answer.hpp"

namespace nmc {

class DualIsing;

/// Spins on any graph: enumeration, the closed formulas of tori with one coupling for each
/// direction, or the transfer matrix over a frontier, whichever reaches the most values at the
/// least cost; see docs/theory/exact.md.
[[nodiscard]] ExactAnswer exact_spins(const Graph& graph, double beta,
                                      const ExactEffort& effort = {});
/// The dual field: lnZ of the field; energy, heat and magnetisation are those of the spins.
[[nodiscard]] ExactAnswer exact_dual(const DualIsing& dual, const ExactEffort& effort = {});

}  // namespace nmc
