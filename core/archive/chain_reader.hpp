#pragma once

#include <string>
#include <vector>

#include "core/statistics/chains.hpp"

namespace nmc::archive {

struct NamedChains {
  std::string name;
  statistics::Chains chains;  ///< (draws, chains)
};

/// Anybody's chains: "FILE" or "FILE:DATASET".
///
/// HDF5 and netCDF-4: a dataset [chain, draw, k…] gives name, or name[i] per further entry (name
/// [i, j] for two axes …); axes named "chain" and "draw" by dimension scales are found wherever
/// they are; a 1-D dataset is one chain. Without DATASET every numeric dataset of two or more axes
/// in /posterior, or in the whole file where there is no such group; 1-D ones where there are no
/// others. CSV: one column per variable, an optional column `chain`, lines that begin with # are
/// skipped. UserError for everything else.
[[nodiscard]] std::vector<NamedChains> read_chains(const std::string& file_and_dataset);

/// The two halves of that: a CSV file, and an HDF5 file with a dataset or "".
[[nodiscard]] std::vector<NamedChains> read_csv_chains(const std::string& path);
[[nodiscard]] std::vector<NamedChains> read_hdf5_chains(const std::string& path,
                                                        const std::string& dataset);

}  // namespace nmc::archive
