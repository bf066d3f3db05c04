#pragma once

#include <string>

/// The bytes of a graph file that is text, and what can be told of those that are none.
namespace nmc::archive {

struct GraphSource {
  std::string path;
  std::string text;  ///< UTF-8, without a byte order mark
};

/// Whether the file begins as HDF5 files do, whatever its name is.
[[nodiscard]] bool is_hdf5_file(const std::string& path);

/// UserError that names what the file is: UTF-16, compressed, pickled, NumPy, other binary.
[[nodiscard]] GraphSource read_graph_source(const std::string& path);

/// The number of the line that holds this byte, from 1.
[[nodiscard]] std::ptrdiff_t line_of(const GraphSource& source, std::size_t offset);

}  // namespace nmc::archive
