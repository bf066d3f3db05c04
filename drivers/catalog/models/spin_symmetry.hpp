#pragma once

#include <string>
#include <vector>

#include "core/spins/graph.hpp"
#include "drivers/catalog/entries/entry.hpp"
#include "models/symmetry/symmetry.hpp"

namespace nmc::catalog {

/// The network of spins with a key `symmetry`, making the mixture that it asks for.
[[nodiscard]] ModelEntry with_symmetry(SpinModelEntry entry);

/// What of the Hamiltonian the operations do not leave alone, as a sentence; empty where they are
/// symmetries.
[[nodiscard]] std::string broken_by(const Graph& graph,
                                    const std::vector<SymmetryOperation>& operations);

}  // namespace nmc::catalog
