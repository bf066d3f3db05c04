#include "core/archive/graph_reader.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "core/archive/graph_entries.hpp"
#include "core/errors.hpp"

namespace nmc::archive {

GraphFile read_graph_file(const std::string& path, const GraphQuery& query) {
  require(std::filesystem::is_regular_file(path), fmt::format("cannot read the bonds in {}", path));
  const std::string ending = std::filesystem::path(path).extension().string();
  const bool is_hdf5 = ending == ".h5" || ending == ".hdf5";
  GraphEntries entries = is_hdf5             ? read_hdf5_graph(path, query)
                         : ending == ".json" ? read_json_graph(path, query)
                                             : read_text_graph(path, query);
  require(query.instance < entries.instances,
          fmt::format("instance = {}: {} holds {}", query.instance, path,
                      entries.instances == 1
                          ? "one graph; leave instance out"
                          : fmt::format("instances 0 to {}", entries.instances - 1)));
  return assemble_graph(std::move(entries), query);
}

}  // namespace nmc::archive
