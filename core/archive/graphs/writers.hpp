#pragma once

#include <string>

#include "core/archive/graphs/graph_format.hpp"

/// One writer for each format; what they cannot hold is refused before. Numbers have all digits.
namespace nmc::archive {

void refuse_what_is_not_held(const GraphFormat& format, const GraphFile& file);

void write_text_graph(const GraphFile& file, const std::string& path);
void write_csv_graph(const GraphFile& file, const std::string& path);
void write_json_graph(const GraphFile& file, const std::string& path);
void write_hdf5_graph(const GraphFile& file, const std::string& path);
void write_rudy_graph(const GraphFile& file, const std::string& path);
void write_max_cut_graph(const GraphFile& file, const std::string& path);
void write_coo_graph(const GraphFile& file, const std::string& path);
void write_bqm_graph(const GraphFile& file, const std::string& path);
void write_node_link_graph(const GraphFile& file, const std::string& path);
void write_matrix_market(const GraphFile& file, const std::string& path);
void write_graphml_graph(const GraphFile& file, const std::string& path);

}  // namespace nmc::archive
