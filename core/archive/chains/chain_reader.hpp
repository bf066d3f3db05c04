#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/archive/chains/axes.hpp"
#include "core/archive/chains/chain_file.hpp"

namespace nmc::archive {

/// Anybody's chains: "FILE" or "FILE:DATASET", several of them as chains of the same variables.
/// The format is told by the content: HDF5 and netCDF-4, netCDF-3, NumPy's .npy, text tables
/// separated by commas, semicolons, tabs or blanks, Stan CSV; a directory stands for its
/// result.h5. docs/diagnose.md has the conventions.
///
/// Arrays: axes by name wherever they are, else [chain, draw, k…]; k numbers the variables
/// name[k]. HDF5 without DATASET: /posterior, or the whole file where there is no such group.
/// UserError for what is not understood, with the line and the way out.
[[nodiscard]] ChainFile read_chains(const std::vector<std::string>& files,
                                    const AxesChoice& choice = {});
/// The same, `use` called with every variable once all its chains are there. It may take the draws
/// away: of one HDF5 file the variables are read one array after the other then, and those that are
/// larger than memory come as blocks of draws.
[[nodiscard]] ChainFile read_chains(const std::vector<std::string>& files, const AxesChoice& choice,
                                    const std::function<void(NamedChains&)>& use);
[[nodiscard]] ChainFile read_chains(const std::string& file, const AxesChoice& choice = {});

}  // namespace nmc::archive
