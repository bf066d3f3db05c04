#pragma once

#include <string>
#include <vector>

#include "core/archive/chains/axes.hpp"
#include "core/statistics/chains.hpp"

namespace nmc::archive {

struct NamedChains {
  std::string name;
  statistics::Chains chains;  ///< (draws, chains)
  std::string units{};        ///< "" where the file names none
  std::string axes{};         ///< which axis or column was taken as what
};

/// What a file holds and was not analysed, and why.
struct LeftOut {
  std::string name;
  std::string reason;
};

struct ChainFile {
  std::vector<NamedChains> variables;
  std::vector<LeftOut> left_out;
  std::vector<std::string> notes;  ///< rows left out, order restored, delimiter, …
};

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
[[nodiscard]] ChainFile read_chains(const std::string& file, const AxesChoice& choice = {});

}  // namespace nmc::archive
