#pragma once

#include <string>
#include <vector>

#include "drivers/catalog/entries/entry.hpp"
#include "drivers/catalog/read/read_graph.hpp"

/// What every system of spins ±1 has in common.
namespace nmc::catalog {

/// "SUMMARY, beta 0.44".
[[nodiscard]] std::string with_beta(const std::string& summary, double beta);

/// energy, abs_m, m2: of all systems of spins.
[[nodiscard]] const std::vector<std::string>& spin_default_observables();

/// Ising spins on the graph, with their observables and exact values.
[[nodiscard]] System spin_system(const std::string& name, const NamedGraph& named, double beta);

}  // namespace nmc::catalog
