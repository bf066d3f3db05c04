#include "core/archive/chain_reader.hpp"

#include <algorithm>
#include <filesystem>

#include "core/archive/file.hpp"
#include "core/errors.hpp"

namespace nmc::archive {

using statistics::Chains;

namespace {

bool holds_numbers(const File& file, const std::string& dataset) {
  const Kind kind = file.kind(dataset);
  return kind == Kind::integer || kind == Kind::real;
}

/// Numeric datasets below a group that are no dimension scales.
void collect(const File& file, const std::string& group, std::vector<std::string>& found) {
  for (const std::string& child : file.children(group)) {
    const std::string path = (group == "/" ? "" : group) + "/" + child;
    if (file.is_group(path)) collect(file, path, found);
    if (!file.is_dataset(path) || file.is_dimension_scale(path)) continue;
    if (holds_numbers(file, path)) found.push_back(path);
  }
}

std::vector<std::string> default_datasets(const File& file) {
  std::vector<std::string> found;
  collect(file, file.is_group("/posterior") ? "/posterior" : "/", found);
  const auto has_two_axes = [&](const std::string& path) { return file.shape(path).size() >= 2; };
  if (std::any_of(found.begin(), found.end(), has_two_axes)) {
    std::erase_if(found, [&](const std::string& path) { return !has_two_axes(path); });
  }
  require(!found.empty(), file.path() + " holds no chains: no numeric dataset was found");
  return found;
}

/// Which axis counts chains and which draws; the others number the entries of the variable.
struct Axes {
  std::size_t chain = 0;
  std::size_t draw = 1;
};

Axes find_axes(const File& file, const std::string& dataset) {
  const std::vector<std::string> names = file.dimension_names(dataset);
  const auto chain = std::find(names.begin(), names.end(), "chain");
  const auto draw = std::find(names.begin(), names.end(), "draw");
  if (chain == names.end() || draw == names.end()) return {};
  return {static_cast<std::size_t>(chain - names.begin()),
          static_cast<std::size_t>(draw - names.begin())};
}

/// Entries of a row-major array between neighbours along each axis.
Shape strides_of(const Shape& shape) {
  Shape strides(shape.size(), 1);
  for (std::size_t axis = shape.size() - 1; axis-- > 0;) {
    strides[axis] = strides[axis + 1] * shape[axis + 1];
  }
  return strides;
}

/// Offsets and names "[i, j]" of the entries of a variable: all axes but chain and draw.
struct Entry {
  Index offset = 0;
  std::string label;
};

std::vector<Entry> list_entries(const Shape& shape, const Axes& axes) {
  const Shape strides = strides_of(shape);
  std::vector<Entry> list(1);
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    if (axis == axes.chain || axis == axes.draw) continue;
    std::vector<Entry> longer;
    for (const Entry& entry : list) {
      for (Index i = 0; i < shape[axis]; ++i) {
        const std::string comma = entry.label.empty() ? "" : ", ";
        longer.push_back(
            {entry.offset + i * strides[axis], entry.label + comma + std::to_string(i)});
      }
    }
    list = std::move(longer);
  }
  return list;
}

void add_dataset(const File& file, const std::string& dataset, std::vector<NamedChains>& all) {
  const std::vector<double> values = file.read_doubles(dataset);
  const std::string name = dataset.substr(dataset.find_last_of('/') + 1);
  Shape shape = file.shape(dataset);
  require(entries(shape) > 0 && !shape.empty(), dataset + " of " + file.path() + " is empty");
  const bool is_one_chain = shape.size() == 1;
  if (is_one_chain) shape.insert(shape.begin(), 1);
  const Axes axes = is_one_chain ? Axes{} : find_axes(file, dataset);
  const Shape strides = strides_of(shape);
  for (const Entry& entry : list_entries(shape, axes)) {
    Chains chains(shape[axes.draw], shape[axes.chain]);
    for (Index chain = 0; chain < chains.cols(); ++chain) {
      for (Index draw = 0; draw < chains.rows(); ++draw) {
        const Index at = entry.offset + chain * strides[axes.chain] + draw * strides[axes.draw];
        chains(draw, chain) = values[static_cast<std::size_t>(at)];
      }
    }
    all.push_back({entry.label.empty() ? name : name + "[" + entry.label + "]", chains});
  }
}

bool is_csv(const std::string& path) {
  std::string extension = std::filesystem::path(path).extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return extension == ".csv" || extension == ".txt" || extension == ".dat";
}

}  // namespace

std::vector<NamedChains> read_hdf5_chains(const std::string& path, const std::string& dataset) {
  const File file = File::open(path);
  std::vector<NamedChains> all;
  if (dataset.empty()) {
    for (const std::string& found : default_datasets(file)) add_dataset(file, found, all);
    return all;
  }
  std::string object = dataset.starts_with('/') ? dataset : "/" + dataset;
  if (!file.has(object) && file.has("/posterior" + object)) object = "/posterior" + object;
  require(!file.is_group(object), object + " of " + path + " is a group; name one of its datasets");
  add_dataset(file, object, all);
  return all;
}

std::vector<NamedChains> read_chains(const std::string& file_and_dataset) {
  std::string path = file_and_dataset, dataset;
  const std::size_t colon = path.rfind(':');
  if (!std::filesystem::exists(path) && colon != std::string::npos) {
    dataset = path.substr(colon + 1);
    path.resize(colon);
  }
  require(std::filesystem::exists(path), path + " does not exist");
  if (!is_csv(path)) return read_hdf5_chains(path, dataset);
  std::vector<NamedChains> columns = read_csv_chains(path);
  if (dataset.empty()) return columns;
  std::string names;
  for (const NamedChains& column : columns) {
    if (column.name == dataset) return {column};
    names += (names.empty() ? "" : ", ") + column.name;
  }
  throw UserError(path + " has no column " + dataset + "; it has " + names);
}

}  // namespace nmc::archive
