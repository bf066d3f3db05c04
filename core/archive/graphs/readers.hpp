#pragma once

#include "core/archive/graphs/entries.hpp"

/// One reader for each format; what they take is said in docs/graph-files.md.
namespace nmc::archive {

[[nodiscard]] GraphEntries read_text_graph(const GraphSource& source, const GraphQuery& query);
[[nodiscard]] GraphEntries read_rudy_graph(const GraphSource& source, const GraphQuery& query);
[[nodiscard]] GraphEntries read_max_cut_graph(const GraphSource& source, const GraphQuery& query);
[[nodiscard]] GraphEntries read_coo_graph(const GraphSource& source, const GraphQuery& query);
[[nodiscard]] GraphEntries read_qubo_graph(const GraphSource& source, const GraphQuery& query);
[[nodiscard]] GraphEntries read_dimacs_graph(const GraphSource& source, const GraphQuery& query);
[[nodiscard]] GraphEntries read_matrix_market(const GraphSource& source, const GraphQuery& query);
/// Our own JSON; hands files that are plainly of another kind to the readers below.
[[nodiscard]] GraphEntries read_json_graph(const GraphSource& source, const GraphQuery& query);
[[nodiscard]] GraphEntries read_bqm_graph(const GraphSource& source, const GraphQuery& query);
[[nodiscard]] GraphEntries read_node_link_graph(const GraphSource& source, const GraphQuery& query);
[[nodiscard]] GraphEntries read_graphml_graph(const GraphSource& source, const GraphQuery& query);
[[nodiscard]] GraphEntries read_hdf5_graph(const GraphSource& source, const GraphQuery& query);

}  // namespace nmc::archive
