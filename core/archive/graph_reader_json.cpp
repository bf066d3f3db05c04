#include <fmt/format.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "core/archive/graph_entries.hpp"
#include "core/errors.hpp"

namespace nmc::archive {
namespace {

using Json = nlohmann::json;

Json parse(const std::string& path) {
  std::ifstream file(path);
  require(file.good(), fmt::format("cannot read the bonds in {}", path));
  try {
    return Json::parse(file);
  } catch (const Json::parse_error& error) {
    const std::string what = error.what();  // "[json.exception.…] parse error at line 3, …"
    throw UserError(
        fmt::format("{} is no JSON: {}. JSON knows no NaN (give every coupling a "
                    "finite number) and no comments",
                    path, what.substr(what.find(']') + 2)));
  }
}

/// Reads one object; every message begins with its place in the file.
class JsonReader {
 public:
  JsonReader(std::string place, const GraphQuery& query, GraphEntries& entries)
      : place_(std::move(place)), query_(query), entries_(entries) {}

  void read(const Json& object) {
    if (!object.is_object()) fail("an object with bonds or J is needed");
    if (object.contains("N")) entries_.sites = integer(object["N"], "N");
    if (object.contains("bonds")) {
      read_bonds(object["bonds"]);
    } else if (object.contains("J")) {
      read_matrix(object["J"]);
    } else {
      fail("there are neither bonds [[i, j, J], ...] nor a matrix J");
    }
    if (object.contains("field")) read_field(object["field"]);
    if (object.contains("dims") && object["dims"].is_array())
      for (const Json& extent : object["dims"]) entries_.extents.push_back(integer(extent, "dims"));
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw UserError(fmt::format("{}: {}", place_, what));
  }
  [[nodiscard]] Index integer(const Json& value, const std::string& name) const {
    if (!value.is_number_integer())
      fail(fmt::format("{} = {} is not an integer", name, value.dump()));
    return value.get<Index>();
  }
  [[nodiscard]] double real(const Json& value, const std::string& name) const {
    if (!value.is_number()) fail(fmt::format("{} = {} is not a number", name, value.dump()));
    return value.get<double>();
  }
  [[nodiscard]] const Json& list(const Json& value, const std::string& name) const {
    if (!value.is_array()) fail(fmt::format("{} is not a list", name));
    return value;
  }

  void read_bonds(const Json& bonds) {
    for (std::size_t b = 0; b < list(bonds, "bonds").size(); ++b) {
      const Json& row = bonds[b];
      if (!row.is_array() || (row.size() != 2 && row.size() != 3))
        fail(fmt::format("bonds[{}] = {} is no bond: write [i, j] or [i, j, J]", b, row.dump()));
      const std::string name = fmt::format("bonds[{}]", b);
      Bond bond{integer(row[0], name), integer(row[1], name), query_.J};
      if (row.size() == 3) bond.J = real(row[2], name);
      entries_.has_all_couplings = entries_.has_all_couplings && row.size() == 3;
      entries_.bonds.push_back(bond);
    }
  }

  /// Symmetric with an empty diagonal; a pair with J = 0 has no bond.
  void read_matrix(const Json& matrix) {
    const auto sites = std::ssize(list(matrix, "J"));
    if (entries_.sites > 0 && entries_.sites != sites)
      fail(fmt::format("N = {} and a matrix J of {} rows", entries_.sites, sites));
    entries_.sites = sites;
    const auto at = [&](Index i, Index j) {
      const std::string name = fmt::format("J[{}][{}]", i, j);
      const Json& row = list(matrix[static_cast<std::size_t>(i)], fmt::format("J[{}]", i));
      if (std::ssize(row) != sites)
        fail(fmt::format("J[{}] has {} entries in a matrix of {} rows", i, row.size(), sites));
      return real(row[static_cast<std::size_t>(j)], name);
    };
    for (Index i = 0; i < sites; ++i) {
      if (at(i, i) != 0)
        fail(fmt::format("J[{}][{}] = {} couples a site to itself; it must be 0", i, i, at(i, i)));
      for (Index j = i + 1; j < sites; ++j) {
        const double J = at(i, j);
        if (J != at(j, i))
          fail(fmt::format("J[{}][{}] = {} and J[{}][{}] = {}: the matrix must be symmetric", i, j,
                           J, j, i, at(j, i)));
        if (J != 0) entries_.bonds.push_back({i, j, J});
      }
    }
  }

  void read_field(const Json& field) {
    for (const Json& value : list(field, "field"))
      entries_.field.emplace_back(std::ssize(entries_.field), real(value, "field"));
  }

  std::string place_;
  const GraphQuery& query_;
  GraphEntries& entries_;
};

}  // namespace

GraphEntries read_json_graph(const std::string& path, const GraphQuery& query) {
  const Json file = parse(path);
  GraphEntries entries;
  entries.path = path;
  if (!file.is_object() || !file.contains("instances")) {
    JsonReader(path, query, entries).read(file);
    return entries;
  }
  const Json& instances = file["instances"];
  require(instances.is_array() && !instances.empty(),
          fmt::format("{}: instances is not a list of graphs", path));
  entries.instances = std::ssize(instances);
  if (query.instance >= entries.instances) return entries;  // the caller says so
  entries.path = fmt::format("{}: instances[{}]", path, query.instance);
  JsonReader(entries.path, query, entries)
      .read(instances[static_cast<std::size_t>(query.instance)]);
  return entries;
}

}  // namespace nmc::archive
