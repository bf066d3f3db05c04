#pragma once

#include <vector>

#include "drivers/catalog/entry.hpp"
#include "models/autoregressive/site_order.hpp"

/// What every network of spins asks of its section and its system.
namespace nmc::catalog {

[[nodiscard]] OptionSpec order_option(const char* standard = "raster");
[[nodiscard]] OptionSpec patch_option();

/// Fails where the system has real numbers.
void require_spins(const Options& options, const System& system);

/// The lattice and `patch`, "2x2" as numbers, x first, that tile it.
[[nodiscard]] PatchGrid read_grid(const Options& options, const System& system);

/// The sites as `order` says, patch after patch.
[[nodiscard]] std::vector<Index> read_order(const Options& options, const PatchGrid& grid,
                                            Index sites);

}  // namespace nmc::catalog
