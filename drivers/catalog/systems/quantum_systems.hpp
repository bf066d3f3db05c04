#pragma once

#include <vector>

#include "drivers/catalog/entries/entry.hpp"

namespace nmc::catalog {

/// Hamiltonians of quantum spins: their systems have a `hamiltonian`, and no density before a wave
/// function is found. catalog.hpp finds them by their names, apart from systems().
[[nodiscard]] std::vector<SystemEntry> make_quantum_systems();

}  // namespace nmc::catalog
