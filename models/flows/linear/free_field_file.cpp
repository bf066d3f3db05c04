#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/archive/model_entries.hpp"
#include "core/errors.hpp"
#include "models/flows/linear/free_field.hpp"
#include "models/flows/nets/layer_fields.hpp"

namespace nmc {

using archive::File;

namespace {

/// Extents of a lattice of that many sites.
std::vector<Index> read_extents(const File& file, const std::string& dataset, Index sites) {
  const std::vector<int> shape = read_int_vector(file, dataset);
  Index left = sites;
  for (const int extent : shape) {
    require(extent >= 1 && left % extent == 0,
            fmt::format("{}: {} is no shape of {} sites", file.path(), dataset, sites));
    left /= extent;
  }
  require(left == 1, fmt::format("{}: {} is no shape of {} sites", file.path(), dataset, sites));
  return {shape.begin(), shape.end()};
}

}  // namespace

void FreeFieldLayer::write(File& file, const std::string& group,
                           std::span<const double> parameters) const {
  file.set_attribute(group, "type", "free_field");
  const std::vector<std::int64_t> shape(extents().begin(), extents().end());
  file.write(group + "/shape", {std::ssize(shape)}, shape);
  file.write(group + "/orbit", {sites()}, wide(orbit_));
  write_condition_count(file, group, conditions());
  write_lines(file, group + "/log_amplitude", orbits(), parameters);
}

StoredLayer FreeFieldLayer::read(const File& file, const std::string& group, Index sites) {
  const int conditions = read_condition_count(file, group);
  refuse_others(
      file, group,
      {{"type", "conditions"}, with_slopes({"shape", "orbit", "log_amplitude"}, conditions)});
  const std::vector<Index> extents = read_extents(file, group + "/shape", sites);
  const std::vector<int> orbit = read_int_vector(file, group + "/orbit");
  require(std::ranges::all_of(orbit, [&](int o) { return o < sites; }),
          fmt::format("{}: {}/orbit numbers more orbits than sites", file.path(), group));
  auto layer = std::make_unique<FreeFieldLayer>(extents, orbit, conditions);
  std::vector<double> lines =
      read_lines(file, group + "/log_amplitude", {layer->orbits(), conditions});
  return {std::move(layer), std::move(lines)};
}

}  // namespace nmc
