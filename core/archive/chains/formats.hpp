#pragma once

#include <string>

#include "core/archive/chains/arrays.hpp"
#include "core/archive/chains/axes.hpp"
#include "core/archive/chains/chain_file.hpp"

/// One reader per format; each adds what it finds to `file`.
namespace nmc::archive {

enum class Format { hdf5, netcdf3, npy, text };

/// Tells the format by the first bytes. UserError that names formats which are known and not read,
/// with the way to one that is.
[[nodiscard]] Format format_of(const std::string& path);

/// `dataset` "" is everything: /posterior where there is one.
void read_hdf5_chains(const std::string& path, const std::string& dataset, const AxesChoice& choice,
                      ChainFile& file);
void read_netcdf3_chains(const std::string& path, const std::string& dataset,
                         const AxesChoice& choice, ChainFile& file);
void read_npy_chains(const std::string& path, const AxesChoice& choice, ChainFile& file);
void read_text_chains(const std::string& path, const std::string& column, const AxesChoice& choice,
                      ChainFile& file);

}  // namespace nmc::archive
