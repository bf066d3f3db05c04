#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "core/archive/file.hpp"
#include "core/archive/graphs/key_hints.hpp"
#include "core/archive/graphs/readers.hpp"
#include "core/archive/graphs/variables.hpp"
#include "core/errors.hpp"

namespace nmc::archive {
namespace {

std::vector<double> read_numbers(const File& file, const std::string& dataset, std::size_t length) {
  const Shape shape = file.shape(dataset);
  require(shape == Shape{static_cast<Index>(length)},
          fmt::format("{} of {} has the shape ({}); ({}) is needed", dataset, file.path(),
                      fmt::join(shape, ", "), length));
  return file.read_doubles(dataset);
}

void add_couplings(const File& file, const std::string& dataset, const GraphQuery& query,
                   GraphEntries& entries) {
  entries.has_all_couplings = file.has(dataset);
  std::vector<double> J(entries.bonds.size(), query.J);
  if (entries.has_all_couplings) J = read_numbers(file, dataset, entries.bonds.size());
  for (std::size_t b = 0; b < J.size(); ++b) entries.bonds[b].J = J[b];
}

void add_field(const File& file, const std::string& dataset, const GraphQuery& query,
               GraphEntries& entries) {
  if (!file.has(dataset)) return;
  const Shape shape = file.shape(dataset);
  require(shape.size() == 1,
          fmt::format("{} of {} has the shape ({}); one value per site is needed", dataset,
                      file.path(), fmt::join(shape, ", ")));
  for (const double h : file.read_doubles(dataset))
    entries.field.push_back({std::ssize(entries.field), h});
  count_field(entries, query, fmt::format("{} of {}", dataset, file.path()));
}

/// Everything in the group is understood, is a dimension scale or is refused.
void refuse_others(const File& file, const std::string& group,
                   const std::vector<std::string>& names) {
  for (const std::string& child : file.children(group)) {
    const std::string object = group == "/" ? group + child : group + "/" + child;
    const bool is_known = std::ranges::find(names, child) != names.end();
    require(is_known || (file.is_dataset(object) && file.is_dimension_scale(object)),
            fmt::format("{}: unknown {} {}{}", file.path(),
                        file.is_dataset(object) ? "dataset" : "object", object,
                        graph_name_hint(child, names)));
    if (!is_known || !file.is_dataset(object)) continue;
    for (const char* packing : {"scale_factor", "add_offset"})
      require(!file.has_attribute(object, packing),
              fmt::format("{} of {} is packed ({}); write the numbers themselves", object,
                          file.path(), packing));
  }
}

/// Attributes that say something about the file, and no physics.
bool is_remark(const std::string& name) {
  constexpr std::array known{"N",          "title",       "name",      "description",
                             "comment",    "source",      "history",   "author",
                             "created_at", "Conventions", "references"};
  return std::ranges::find(known, name) != known.end() || name.starts_with("_");
}

void read_plain(const File& file, const GraphQuery& query, GraphEntries& entries) {
  refuse_others(file, "/", {"bonds", "J", "field"});
  for (const std::string& name : file.attributes("/"))
    require(is_remark(name), fmt::format("{}: unknown attribute {}{}", file.path(), name,
                                         graph_name_hint(name, {"N", "field"})));
  const Shape shape = file.shape("/bonds");
  require(shape.size() == 2 && shape[1] == 2,
          fmt::format("/bonds of {} has the shape ({}); (n, 2) is needed: one row i, j per bond",
                      file.path(), fmt::join(shape, ", ")));
  const std::vector<std::int64_t> ends = file.read_ints("/bonds");
  for (std::size_t k = 0; k < ends.size(); k += 2)
    entries.bonds.push_back({ends[k], ends[k + 1], query.J});
  if (file.has_attribute("/", "N")) {
    entries.sites = file.int_attribute("/", "N");
    require(entries.sites > 0,
            fmt::format("N = {} of {} is no number of sites", entries.sites, file.path()));
  }
  add_couplings(file, "/J", query, entries);
  add_field(file, "/field", query, entries);
}

void read_plaquettes(const File& file, GraphEntries& entries) {
  const std::string sites = graph_group("plaquette_site");
  if (!file.has(sites)) return;
  const Shape shape = file.shape(sites);
  require(shape.size() == 2 && shape[1] == 4,
          fmt::format("{} of {} has the shape ({}); (n, 4) is needed", sites, file.path(),
                      fmt::join(shape, ", ")));
  const std::vector<std::int64_t> corners = file.read_ints(sites);
  const std::vector<double> K = read_numbers(file, graph_group("plaquette_K"), corners.size() / 4);
  for (std::size_t p = 0; p < K.size(); ++p)
    entries.plaquettes.push_back(
        {{corners[4 * p], corners[4 * p + 1], corners[4 * p + 2], corners[4 * p + 3]}, K[p]});
}

/// What write_graph() wrote.
void read_result(const File& file, const GraphQuery& query, GraphEntries& entries) {
  refuse_others(file, "/constant_data",
                {"bond_i", "bond_j", "J", "field", "plaquette_site", "plaquette_K", "extents"});
  const std::vector<std::int64_t> i = file.read_ints(graph_group("bond_i"));
  const std::vector<std::int64_t> j = file.read_ints(graph_group("bond_j"));
  require(i.size() == j.size(),
          fmt::format("bond_i and bond_j of {} differ in length", file.path()));
  for (std::size_t b = 0; b < i.size(); ++b) entries.bonds.push_back({i[b], j[b], query.J});
  entries.sites = file.int_attribute(graph_group(""), "sites");
  add_couplings(file, graph_group("J"), query, entries);
  add_field(file, graph_group("field"), query, entries);
  read_plaquettes(file, entries);
  if (file.has(graph_group("extents"))) entries.extents = file.read_ints(graph_group("extents"));
}

}  // namespace

GraphEntries read_hdf5_graph(const GraphSource& source, const GraphQuery& query) {
  const File file = File::open(source.path);
  GraphEntries entries;
  entries.path = source.path;
  if (file.has(graph_group("bond_i"))) {
    read_result(file, query, entries);
    return entries;
  }
  require(!file.is_group("/constant_data"),
          fmt::format("{} stores no bonds: its system is {}; say it by the same keys of [system] "
                      "(see its job.ini)",
                      source.path,
                      file.has_attribute("/constant_data", "summary")
                          ? file.string_attribute("/constant_data", "summary")
                          : "a plain lattice"));
  require(
      file.is_dataset("/bonds"),
      fmt::format("{} has no dataset /bonds of shape (n, 2): one row i, j per bond", source.path));
  read_plain(file, query, entries);
  return entries;
}

}  // namespace nmc::archive
