#pragma once

#include <string>
#include <vector>

#include "core/archive/graphs/graph_format.hpp"

/// The formats of a graph file.
namespace nmc::archive {

[[nodiscard]] const std::vector<GraphFormat>& graph_formats();
[[nodiscard]] std::vector<std::string> graph_format_names();

/// UserError with the nearest name where there is none of this name.
[[nodiscard]] const GraphFormat& find_graph_format(const std::string& name);

/// By the beginning of the text, else by the ending of the path. UserError by the format's name for
/// one that is known and not read.
[[nodiscard]] const GraphFormat& recognise_graph(const GraphSource& source);

/// Writes the graph, by the ending of `path` where `format` is empty; returns the format. UserError
/// that says what the format cannot hold.
const GraphFormat& write_graph_file(const std::string& path, const std::string& format,
                                    const GraphFile& file);

}  // namespace nmc::archive
