#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/archive/graph_reader.hpp"

/// Between the formats of a graph file and the graph: what was read, and where.
namespace nmc::archive {

struct GraphEntries {
  std::string path;
  std::vector<Bond> bonds;
  std::vector<Index> lines;  ///< of each bond in a text file; empty: entries are counted
  std::vector<std::pair<Index, double>> field;
  std::vector<Plaquette> plaquettes;
  Index sites = 0;  ///< 0: the file does not say
  std::vector<Index> extents;
  Index instances = 1;
  bool has_all_couplings = true;

  /// "graph.txt:7", or "graph.h5: bonds[7]".
  [[nodiscard]] std::string place(std::size_t bond) const;
};

[[nodiscard]] GraphEntries read_text_graph(const std::string& path, const GraphQuery& query);
[[nodiscard]] GraphEntries read_json_graph(const std::string& path, const GraphQuery& query);
[[nodiscard]] GraphEntries read_hdf5_graph(const std::string& path, const GraphQuery& query);

/// Checks the entries and makes the graph.
[[nodiscard]] GraphFile assemble_graph(GraphEntries entries, const GraphQuery& query);

}  // namespace nmc::archive
