#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <map>

#include "core/archive/chains/formats.hpp"
#include "core/archive/chains/netcdf3_file.hpp"
#include "core/errors.hpp"

namespace nmc::archive {
namespace {

using Stored = ClassicFile::Variable;

Packing classic_packing_of(const ClassicFile& file, const Stored& variable) {
  const auto& attributes = variable.attributes;
  Packing packing = make_packing([&](const char* name) {
    const auto found = attributes.find(name);
    return found == attributes.end() ? std::vector<double>{} : found->second.numbers;
  });
  if (attributes.contains("units")) packing.units = attributes.at("units").words;
  if (attributes.contains("_Unsigned") && attributes.at("_Unsigned").words == "true")
    packing.unsigned_range = std::ldexp(1, 8 * static_cast<int>(file.width(variable)));
  return packing;
}

/// Variables that hold the coordinates of the dimension they are named after.
std::map<std::string, const Stored*> find_scales(const ClassicFile& file) {
  std::map<std::string, const Stored*> scales;
  for (const Stored& variable : file.variables()) {
    const bool is_scale =
        variable.dimensions.size() == 1 && file.dimension(variable.dimensions[0]) == variable.name;
    if (is_scale) scales[variable.name] = &variable;
  }
  return scales;
}

StoredArray array_of(const ClassicFile& file, const Stored& variable,
                     const std::map<std::string, const Stored*>& scales) {
  std::vector<std::string> axes;
  for (const std::size_t id : variable.dimensions) axes.push_back(file.dimension(id));
  const auto coordinates = [&file, &scales, axes](std::size_t axis) {
    const auto scale = scales.find(axes[axis]);
    if (scale == scales.end() || file.is_text(*scale->second)) return std::vector<double>{};
    return file.read(*scale->second);
  };
  return {variable.name,
          file.shape(variable),
          axes,
          classic_packing_of(file, variable),
          [&file, &variable] { return file.read(variable); },
          coordinates};
}

}  // namespace

void read_netcdf3_chains(const std::string& path, const std::string& dataset,
                         const AxesChoice& choice, ChainFile& chains) {
  const ClassicFile file(path);
  const auto scales = find_scales(file);
  std::vector<StoredArray> arrays;
  std::vector<std::string> names;
  for (const Stored& variable : file.variables()) {
    names.push_back(variable.name);
    const bool is_wanted =
        dataset.empty() ? !scales.contains(variable.name) : variable.name == dataset;
    if (!is_wanted) continue;
    if (file.is_text(variable))
      chains.left_out.push_back({variable.name, "text"});
    else
      arrays.push_back(array_of(file, variable, scales));
  }
  require(dataset.empty() || !arrays.empty(),
          fmt::format("{} has no variable of numbers {}; it has {}", path, dataset,
                      fmt::join(names, ", ")));
  add_arrays({path, std::move(arrays), !dataset.empty()}, choice, chains);
}

}  // namespace nmc::archive
