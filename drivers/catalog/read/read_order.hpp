#pragma once

#include <string>
#include <vector>

#include "drivers/catalog/entries/entry.hpp"
#include "models/autoregressive/site_order.hpp"

/// What every network of spins asks of its section and its system.
namespace nmc::catalog {

[[nodiscard]] OptionSpec order_option(const char* standard = "raster");
[[nodiscard]] OptionSpec patch_option();

/// Fails, naming what to use instead, where the system has no spins.
void require_spins(const Options& options, const System& system);
/// The couplings of the spins, which `key` needs; fails, with the way out, where the energies alone
/// are known.
[[nodiscard]] const Graph& couplings_of(const Options& options, const System& system,
                                        const char* key);
/// As require_spins(), where it has no real numbers.
void require_reals(const Options& options, const System& system);

/// The same where it has no angles.
void require_angles(const Options& options, const System& system);

/// "metropolis or heat_bath": the samplers that move one site at a time, or all by the gradient,
/// and take this system.
[[nodiscard]] std::string local_samplers(const System& system);

/// ", or system dual_ising", of which the same keys make a field; "" where there is no such system.
[[nodiscard]] std::string or_dual_field(const System& system);

/// Fails, naming what to use instead, where the system is not known to live on a lattice.
void require_lattice(const Options& options, const System& system, const char* key,
                     const std::string& instead);

/// Of a flow whose kernels go around the lattice: fails where the system has no real numbers, no
/// lattice, or one with edges.
void require_torus(const Options& options, const System& system);

/// The lattice and `patch`, "2x2" as numbers, x first, that tile it.
[[nodiscard]] PatchGrid read_grid(const Options& options, const System& system);

/// The sites as `order` says, patch after patch.
[[nodiscard]] std::vector<Index> read_order(const Options& options, const PatchGrid& grid,
                                            Index sites);

}  // namespace nmc::catalog
