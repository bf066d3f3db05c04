#pragma once

#include <string>

#include "core/archive/graphs/graph_file.hpp"

namespace nmc::archive {

/// A graph from a file in one of graph_formats(): told by an unmistakable beginning, else by the
/// ending of the name; what has neither is our text. Sites are numbered from 0 here, whatever the
/// format does.
///
/// UserError with the place for what the format does not allow, doubled or self bonds, doubled
/// fields, numbers that are not finite, indices out of range, and a site that no bond touches while
/// nobody said how many sites there are; by its name for a format that is not read.
[[nodiscard]] GraphFile read_graph_file(const std::string& path, const GraphQuery& query);

}  // namespace nmc::archive
