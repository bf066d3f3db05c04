#pragma once

#include <vector>

#include "core/roles/pair_labels.hpp"
#include "physics/exact/answer.hpp"

namespace nmc {

/// Exact values of labels on a graph with these extents, (sites) where there is no lattice:
///   q = 2 are Ising spins, with J (e(0,1) − e(0,0))/2 and a constant, and a clock model of q = 4
///   two independent ones with J/2 each: all that exact_spins() reaches;
///   other couplings by the transfer matrix of layers, and by enumeration with the moments of the
///   order parameter, where the time allows.
/// A density of states is not counted.
[[nodiscard]] ExactAnswer exact_labels(const PairLabels& labels, const std::vector<Index>& extents,
                                       const ExactEffort& effort);

}  // namespace nmc
