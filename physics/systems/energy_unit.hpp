#pragma once

#include "core/spins/graph.hpp"

namespace nmc {

/// The unit in which the exact solvers measure energies. Where all couplings and fields are whole
/// multiples of one number it is that number: energies are then integers, and states of equal
/// energy stay equal at any temperature. Else it is the power of two below the largest, so that
/// neither squares of energies nor β² leave the range of a double. 1 where every coupling is 0.
[[nodiscard]] double energy_unit(const Graph& graph);

/// The same graph with all couplings and fields in that unit.
[[nodiscard]] Graph in_units(Graph graph, double unit);

}  // namespace nmc
