#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/archive/graphs/json_object.hpp"
#include "core/archive/graphs/json_readers.hpp"
#include "core/archive/graphs/readers.hpp"
#include "core/errors.hpp"

namespace nmc::archive {
namespace {

/// Keys that say something about a graph and are no part of it.
const std::vector<std::string>& remarks() {
  static const std::vector<std::string> names{
      "name", "comment",  "description", "source", "kind",       "model",        "convention",
      "seed", "periodic", "E0",          "values", "degeneracy", "ground_state", "dos"};
  return names;
}

std::vector<std::string> with_remarks(std::vector<std::string> names) {
  names.insert(names.end(), remarks().begin(), remarks().end());
  return names;
}

/// Reads one object into the entries.
class ObjectReader {
 public:
  ObjectReader(const Json& value, const GraphQuery& query, GraphEntries& entries)
      : object_(entries.path, value), entries_(entries), bonds_(entries, query.J), query_(query) {}

  void read() {
    object_.refuse_others(with_remarks({"N", "bonds", "J", "field", "plaquettes", "dims"}));
    if (object_.has("bonds") && object_.has("J"))
      object_.fail("there are bonds and a matrix J; leave one of them out");
    if (object_.has("N")) read_sites();
    if (object_.has("bonds")) {
      read_bonds(object_.at("bonds"));
    } else if (object_.has("J")) {
      read_matrix(object_.at("J"));
    } else {
      object_.fail("there are neither bonds [[i, j, J], ...] nor a matrix J");
    }
    if (object_.has("plaquettes")) read_plaquettes(object_.at("plaquettes"));
    if (object_.has("field")) read_field(object_.at("field"));
    if (!object_.has("dims")) return;
    for (const Json& extent : object_.list(object_.at("dims"), "dims"))
      entries_.extents.push_back(object_.integer(extent, "dims"));
  }

 private:
  void read_sites() {
    entries_.sites = object_.integer(object_.at("N"), "N");
    if (entries_.sites < 1)
      object_.fail(fmt::format("N = {} is no number of sites", entries_.sites));
  }

  void read_bonds(const Json& bonds) {
    for (std::size_t b = 0; b < object_.list(bonds, "bonds").size(); ++b) {
      const Json& row = bonds[b];
      const std::string name = fmt::format("bonds[{}]", b);
      if (!row.is_array() || (row.size() != 2 && row.size() != 3))
        object_.fail(
            fmt::format("{} = {} is no bond: write [i, j] or [i, j, J]", name, shown(row)));
      std::optional<double> J;
      if (row.size() == 3) J = object_.real(row[2], name);
      bonds_.add(object_.integer(row[0], name), object_.integer(row[1], name), J);
    }
  }

  /// Symmetric with an empty diagonal; a pair with J = 0 has no bond.
  void read_matrix(const Json& matrix) {
    const auto sites = std::ssize(object_.list(matrix, "J"));
    if (entries_.sites > 0 && entries_.sites != sites)
      object_.fail(fmt::format("N = {} and a matrix J of {} rows", entries_.sites, sites));
    entries_.sites = sites;
    const auto at = [&](Index i, Index j) {
      const Json& row = object_.list(matrix[static_cast<std::size_t>(i)], fmt::format("J[{}]", i));
      if (std::ssize(row) != sites)
        object_.fail(
            fmt::format("J[{}] has {} entries in a matrix of {} rows", i, row.size(), sites));
      return object_.real(row[static_cast<std::size_t>(j)], "an entry of J");
    };
    for (Index i = 0; i < sites; ++i) {
      if (at(i, i) != 0)
        object_.fail(
            fmt::format("J[{}][{}] = {} couples a site to itself; it must be 0", i, i, at(i, i)));
      for (Index j = i + 1; j < sites; ++j) {
        const double J = at(i, j);
        if (J != at(j, i))
          object_.fail(
              fmt::format("J[{}][{}] = {} and J[{}][{}] = {}: the matrix must be symmetric", i, j,
                          J, j, i, at(j, i)));
        if (J != 0) bonds_.add(i, j, J);
      }
    }
  }

  void read_field(const Json& field) {
    for (const Json& value : object_.list(field, "field"))
      entries_.field.push_back({std::ssize(entries_.field), object_.real(value, "field")});
    count_field(entries_, query_, entries_.path + ": field");
  }

  void read_plaquettes(const Json& plaquettes) {
    for (const Json& row : object_.list(plaquettes, "plaquettes")) {
      if (!row.is_array() || row.size() != 5)
        object_.fail(fmt::format("{} is no plaquette: write [i, j, k, l, K]", shown(row)));
      Plaquette plaquette;
      for (std::size_t k = 0; k < 4; ++k)
        plaquette.sites[k] = object_.integer(row[k], "plaquettes");
      plaquette.K = object_.real(row[4], "plaquettes");
      entries_.plaquettes.push_back(plaquette);
    }
  }

  JsonObject object_;
  GraphEntries& entries_;
  BondColumn bonds_;
  const GraphQuery& query_;
};

GraphEntries read_instance(const GraphSource& source, const Json& file, const GraphQuery& query) {
  GraphEntries entries;
  entries.path = source.path;
  const JsonObject object(source.path, file);
  object.refuse_others(with_remarks({"instances"}));
  const Json& instances = file["instances"];
  require(instances.is_array() && !instances.empty(),
          fmt::format("{}: instances is not a list of graphs", source.path));
  entries.instances = std::ssize(instances);
  if (query.instance >= entries.instances) return entries;  // the caller says so
  entries.path = fmt::format("{}: instances[{}]", source.path, query.instance);
  ObjectReader(instances[static_cast<std::size_t>(query.instance)], query, entries).read();
  return entries;
}

bool has_any(const Json& file, std::initializer_list<const char*> keys) {
  return std::ranges::any_of(keys, [&](const char* key) { return file.contains(key); });
}

}  // namespace

GraphEntries read_json_graph(const GraphSource& source, const GraphQuery& query) {
  const Json file = parse_json(source);
  if (file.is_object() && has_any(file, {"variable_type", "vartype", "variable_domain",
                                         "linear_terms", "quadratic_terms", "quadratic_biases"}))
    return bqm_entries(source, file, query);
  if (file.is_object() && file.contains("nodes") && has_any(file, {"links", "edges"}))
    return node_link_entries(source, file, query);
  require(!file.is_object() || !has_any(file, {"adjacency", "elements"}),
          fmt::format("{} is adjacency or Cytoscape JSON; write node-link JSON "
                      "(networkx.node_link_data)",
                      source.path));
  GraphEntries entries;
  if (file.is_object() && file.contains("instances")) {
    entries = read_instance(source, file, query);
  } else {
    entries.path = source.path;
    ObjectReader(file, query, entries).read();
  }
  entries.format = "json";
  return entries;
}

}  // namespace nmc::archive
