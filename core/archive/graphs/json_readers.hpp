#pragma once

#include "core/archive/graphs/entries.hpp"
#include "core/archive/graphs/json_object.hpp"

/// Kinds of JSON that are told apart by their keys, once parsed.
namespace nmc::archive {

[[nodiscard]] GraphEntries bqm_entries(const GraphSource& source, const Json& file,
                                       const GraphQuery& query);
[[nodiscard]] GraphEntries node_link_entries(const GraphSource& source, const Json& file,
                                             const GraphQuery& query);

}  // namespace nmc::archive
