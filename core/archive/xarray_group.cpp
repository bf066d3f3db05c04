#include "core/archive/xarray_group.hpp"

#include <algorithm>
#include <numeric>

#include "core/errors.hpp"

namespace nmc::archive {
namespace {

const Dimension& find(const std::vector<Dimension>& dimensions, const std::string& name,
                      const std::string& variable) {
  const auto found = std::find_if(dimensions.begin(), dimensions.end(),
                                  [&](const Dimension& d) { return d.name == name; });
  require(found != dimensions.end(), "variable " + variable + " has the dimension " + name +
                                         ", which its group does not have");
  return *found;
}

std::string join(const std::string& group, const std::string& name) {
  return (group == "/" ? "" : group) + "/" + name;
}

void write_variable(File& file, const std::string& group, const std::vector<Dimension>& dimensions,
                    const Variable& variable) {
  Shape shape;
  for (const std::string& name : variable.dimensions) {
    shape.push_back(find(dimensions, name, variable.name).length());
  }
  const std::string dataset = join(group, variable.name);
  std::visit([&](const auto& values) { file.write(dataset, shape, values); }, variable.values);
  // netCDF has no truth values; xarray restores them from this attribute
  if (variable.is_bool) file.set_attribute(dataset, "dtype", "bool");
  for (std::size_t axis = 0; axis < variable.dimensions.size(); ++axis) {
    file.attach_dimension_scale(dataset, static_cast<Index>(axis),
                                join(group, variable.dimensions[axis]));
  }
}

}  // namespace

Dimension numbered(const std::string& name, Index length) {
  Dimension dimension{name, std::vector<std::int64_t>(static_cast<std::size_t>(length))};
  std::iota(dimension.values.begin(), dimension.values.end(), 0);
  return dimension;
}

void create_numbered(File& file, const std::string& dataset, Index length, Index step) {
  constexpr Index kPiece = Index{1} << 16;
  file.create_dataset(dataset, Element::int64, {length});
  for (Index first = 0; first < length; first += kPiece) {
    std::vector<double> values(static_cast<std::size_t>(std::min(kPiece, length - first)));
    for (std::size_t i = 0; i < values.size(); ++i)
      values[i] = static_cast<double>((first + static_cast<Index>(i)) * step);
    file.write_part(dataset, {{first}, {std::ssize(values)}}, values);
  }
  file.make_dimension_scale(dataset);
}

void create_variable(File& file, const std::string& dataset,
                     const std::vector<std::string>& dimensions, Element element) {
  const std::string group = dataset.substr(0, dataset.find_last_of('/'));
  Shape shape;
  for (const std::string& name : dimensions) shape.push_back(file.shape(join(group, name)).at(0));
  file.create_dataset(dataset, element, shape);
  for (std::size_t axis = 0; axis < dimensions.size(); ++axis)
    file.attach_dimension_scale(dataset, static_cast<Index>(axis), join(group, dimensions[axis]));
}

Variable chain_variable(const std::string& name, const statistics::Chains& chains) {
  return {name,
          {"chain", "draw"},
          std::span<const double>(chains.data(), static_cast<std::size_t>(chains.size()))};
}

void write_xarray_group(File& file, const std::string& group,
                        const std::vector<Dimension>& dimensions,
                        const std::vector<Variable>& variables) {
  file.create_group(group);
  for (const Dimension& dimension : dimensions) {
    const std::string dataset = join(group, dimension.name);
    if (!dimension.words.empty())
      file.write(dataset, {dimension.length()}, dimension.words);
    else if (dimension.reals.empty())
      file.write(dataset, {dimension.length()}, std::span<const std::int64_t>(dimension.values));
    else
      file.write(dataset, {dimension.length()}, std::span<const double>(dimension.reals));
    file.make_dimension_scale(dataset);
  }
  for (const Variable& variable : variables) write_variable(file, group, dimensions, variable);
}

}  // namespace nmc::archive
