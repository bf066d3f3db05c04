#include "core/archive/chains/hdf5_arrays.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/archive/chains/bytes.hpp"
#include "core/errors.hpp"

namespace nmc::archive {
namespace {

std::string last_name(const std::string& path) {
  return path.substr(path.find_last_of('/') + 1);
}

std::vector<std::string> words_of(const std::string& text) {
  constexpr const char* blanks = " ,;:'\"[]()\t";
  std::vector<std::string> words;
  for (std::size_t begin = text.find_first_not_of(blanks); begin != std::string::npos;) {
    const std::size_t end = std::min(text.find_first_of(blanks, begin), text.size());
    words.push_back(text.substr(begin, end - begin));
    begin = text.find_first_not_of(blanks, end);
  }
  return words;
}

bool has_any(const std::vector<std::string>& names) {
  return std::ranges::any_of(names, [](const std::string& name) { return !name.empty(); });
}

/// h5netcdf and HDF5 itself number axes that have no name.
bool is_placeholder(const std::string& name) {
  return name.starts_with("phony_dim_") || name.starts_with("dim_");
}

std::vector<std::string> axis_names(const File& file, const std::string& dataset) {
  std::vector<std::string> names = file.dimension_names(dataset);
  if (!has_any(names)) names = file.dimension_labels(dataset);
  for (const char* attribute : {"dims", "dimensions", "axes", "_ARRAY_DIMENSIONS"}) {
    if (has_any(names) || !file.has_attribute(dataset, attribute)) continue;
    if (file.attribute_kind(dataset, attribute) != Kind::text) continue;
    std::vector<std::string> given = file.string_attributes(dataset, attribute);
    if (given.size() == 1) given = words_of(given[0]);
    require(given.size() == names.size(),
            fmt::format("{}: attribute {} of {} names {} axes, and it has {}", file.path(),
                        attribute, dataset, given.size(), names.size()));
    names = given;
  }
  if (std::ranges::all_of(names, is_placeholder)) names.assign(names.size(), "");
  return names;
}

std::string words_at(const File& file, const std::string& dataset, const char* name) {
  const bool is_text =
      file.has_attribute(dataset, name) && file.attribute_kind(dataset, name) == Kind::text;
  return is_text ? file.string_attribute(dataset, name) : "";
}

std::vector<double> coordinates_of(const File& file, const std::string& scale) {
  if (scale.empty() || !file.is_dataset(scale)) return {};
  // netCDF-4's dimensions without values are datasets too, full of zeros
  if (words_at(file, scale, "NAME").starts_with("This is a netCDF dimension but not")) return {};
  const Kind kind = file.kind(scale);
  const bool is_list = file.shape(scale).size() == 1;
  if (!is_list || (kind != Kind::integer && kind != Kind::real)) return {};
  (void)checked_entries(file.shape(scale), scale + " of " + file.path());
  return file.read_doubles(scale);
}

Packing packing_of(const File& file, const std::string& dataset) {
  Packing packing = make_packing([&](const char* name) {
    return file.has_attribute(dataset, name) ? file.double_attributes(dataset, name)
                                             : std::vector<double>{};
  });
  packing.units = words_at(file, dataset, "units");
  require(
      words_at(file, dataset, "_Unsigned") != "true",
      fmt::format("{}: {} is packed as _Unsigned, which is not read from HDF5; write it unpacked",
                  file.path(), dataset));
  return packing;
}

}  // namespace

std::vector<StoredArray> arrays_of(const File& file, const std::string& dataset,
                                   std::vector<LeftOut>& left_out) {
  const Kind kind = file.kind(dataset);
  const std::vector<std::string> members = file.members(dataset);
  if (kind == Kind::text || (kind == Kind::other && members.empty())) {
    left_out.push_back({last_name(dataset), kind == Kind::text ? "text" : "no numbers"});
    return {};
  }
  StoredArray array;
  array.name = last_name(dataset);
  array.shape = file.shape(dataset);
  array.axes = axis_names(file, dataset);
  const std::vector<std::string> scales = file.dimension_scales(dataset);
  array.coordinates = [&file, scales](std::size_t axis) {
    return coordinates_of(file, scales[axis]);
  };
  if (members.empty()) {
    require_possible(array.shape, dataset + " of " + file.path());
    array.packing = packing_of(file, dataset);
    array.read = [&file, dataset] { return file.read_doubles(dataset); };
    array.read_part = [&file, dataset](const Part& part) { return file.read_part(dataset, part); };
    return {array};
  }
  (void)checked_entries(array.shape, dataset + " of " + file.path());
  std::vector<StoredArray> parts;
  const bool is_complex = members.size() == 2 && members[0] == "r" && members[1] == "i";
  for (const std::string& member : members) {
    StoredArray part = array;
    part.name =
        is_complex ? (member == "r" ? "re " : "im ") + array.name : array.name + "." + member;
    part.read = [&file, dataset, member] { return file.read_member(dataset, member); };
    parts.push_back(std::move(part));
  }
  return parts;
}

void name_emcee_axes(const File& file, const std::string& dataset, std::vector<StoredArray>& arrays,
                     ChainFile& chains) {
  const std::string group = dataset.substr(0, std::max<std::size_t>(dataset.find_last_of('/'), 1));
  for (const char* mark : {"nwalkers", "ndim", "iteration"}) {
    if (!file.has_attribute(group, mark)) return;
  }
  const auto filled = static_cast<Index>(file.int_attribute(group, "iteration"));
  const auto walkers = static_cast<Index>(file.int_attribute(group, "nwalkers"));
  require(filled >= 0, fmt::format("{}: {} says iteration = {}, and no chain has so few steps: the "
                                   "attribute is damaged",
                                   file.path(), group, filled));
  for (StoredArray& array : arrays) {
    const Shape whole = array.shape;
    if (whole.size() < 2 || whole[1] != walkers || whole[0] < filled) continue;
    for (std::size_t axis = 0; axis < whole.size(); ++axis)
      array.axes[axis] = axis == 0 ? "step" : axis == 1 ? "walker" : "dim";
    if (whole[0] == filled) continue;
    // the backend grows its datasets before it fills them
    array.shape[0] = filled;
    chains.notes.push_back(fmt::format("{}: {} of {} steps were filled (attribute iteration)",
                                       array.name, filled, whole[0]));
    const auto read_whole = array.read;
    const std::size_t count = static_cast<std::size_t>(entries(array.shape));
    array.read = [read_whole, count] {
      std::vector<double> values = read_whole();
      values.resize(count);
      return values;
    };
  }
}

}  // namespace nmc::archive
