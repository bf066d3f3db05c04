#include "core/archive/graphs/reader.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "core/archive/graphs/formats.hpp"
#include "core/errors.hpp"

namespace nmc::archive {
namespace {

bool is_hdf5(const std::string& path, const GraphQuery& query) {
  if (!query.format.empty()) return query.format == "hdf5";
  const std::string ending = std::filesystem::path(path).extension().string();
  return ending == ".h5" || ending == ".hdf5" || is_hdf5_file(path);
}

GraphEntries read_entries(const std::string& path, const GraphQuery& query) {
  if (is_hdf5(path, query)) {
    const GraphFormat& format = find_graph_format("hdf5");
    GraphEntries entries = format.read({path, ""}, query);
    entries.format = format.name;
    return entries;
  }
  const GraphSource source = read_graph_source(path);
  const GraphFormat& format =
      query.format.empty() ? recognise_graph(source) : find_graph_format(query.format);
  GraphEntries entries = format.read(source, query);
  if (entries.format.empty()) entries.format = format.name;
  return entries;
}

}  // namespace

GraphFile read_graph_file(const std::string& path, const GraphQuery& query) {
  if (!query.format.empty()) (void)find_graph_format(query.format);
  require(std::filesystem::is_regular_file(path), fmt::format("cannot read the bonds in {}", path));
  GraphEntries entries = read_entries(path, query);
  require(query.instance < entries.instances,
          fmt::format("instance = {}: {} holds {}", query.instance, path,
                      entries.instances == 1
                          ? "one graph; leave instance out"
                          : fmt::format("instances 0 to {}", entries.instances - 1)));
  return assemble_graph(std::move(entries), query);
}

}  // namespace nmc::archive
