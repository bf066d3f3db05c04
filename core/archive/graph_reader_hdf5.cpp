#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/archive/file.hpp"
#include "core/archive/graph_entries.hpp"
#include "core/archive/graph_writer.hpp"
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

void add_field(const File& file, const std::string& dataset, GraphEntries& entries) {
  if (!file.has(dataset)) return;
  for (const double h : file.read_doubles(dataset))
    entries.field.emplace_back(std::ssize(entries.field), h);
  const Index fields = std::ssize(entries.field);
  if (entries.sites == 0) entries.sites = fields;
  require(fields == entries.sites, fmt::format("{} of {} has {} entries for {} sites", dataset,
                                               file.path(), fields, entries.sites));
}

void read_plain(const File& file, const GraphQuery& query, GraphEntries& entries) {
  const Shape shape = file.shape("/bonds");
  require(shape.size() == 2 && shape[1] == 2,
          fmt::format("/bonds of {} has the shape ({}); (n, 2) is needed: one row i, j per bond",
                      file.path(), fmt::join(shape, ", ")));
  const std::vector<std::int64_t> ends = file.read_ints("/bonds");
  for (std::size_t k = 0; k < ends.size(); k += 2)
    entries.bonds.push_back({ends[k], ends[k + 1], query.J});
  if (file.has_attribute("/", "N")) entries.sites = file.int_attribute("/", "N");
  add_couplings(file, "/J", query, entries);
  add_field(file, "/field", entries);
}

void read_plaquettes(const File& file, GraphEntries& entries) {
  const std::string sites = graph_group("plaquette_site");
  if (!file.has(sites)) return;
  const std::vector<std::int64_t> corners = file.read_ints(sites);
  const std::vector<double> K = read_numbers(file, graph_group("plaquette_K"), corners.size() / 4);
  for (std::size_t p = 0; p < K.size(); ++p)
    entries.plaquettes.push_back(
        {{corners[4 * p], corners[4 * p + 1], corners[4 * p + 2], corners[4 * p + 3]}, K[p]});
}

/// What write_graph() wrote.
void read_result(const File& file, const GraphQuery& query, GraphEntries& entries) {
  const std::vector<std::int64_t> i = file.read_ints(graph_group("bond_i"));
  const std::vector<std::int64_t> j = file.read_ints(graph_group("bond_j"));
  require(i.size() == j.size(),
          fmt::format("bond_i and bond_j of {} differ in length", file.path()));
  for (std::size_t b = 0; b < i.size(); ++b) entries.bonds.push_back({i[b], j[b], query.J});
  entries.sites = file.int_attribute(graph_group(""), "sites");
  add_couplings(file, graph_group("J"), query, entries);
  add_field(file, graph_group("field"), entries);
  read_plaquettes(file, entries);
  if (file.has(graph_group("extents"))) entries.extents = file.read_ints(graph_group("extents"));
}

}  // namespace

GraphEntries read_hdf5_graph(const std::string& path, const GraphQuery& query) {
  const File file = File::open(path);
  GraphEntries entries;
  entries.path = path;
  if (file.has(graph_group("bond_i"))) {
    read_result(file, query, entries);
    return entries;
  }
  require(!file.is_group("/constant_data"),
          fmt::format("{} stores no bonds: its system is {}; say it by the same keys of [system] "
                      "(see its job.ini)",
                      path,
                      file.has_attribute("/constant_data", "summary")
                          ? file.string_attribute("/constant_data", "summary")
                          : "a plain lattice"));
  require(file.is_dataset("/bonds"),
          fmt::format("{} has no dataset /bonds of shape (n, 2): one row i, j per bond", path));
  read_plain(file, query, entries);
  return entries;
}

}  // namespace nmc::archive
