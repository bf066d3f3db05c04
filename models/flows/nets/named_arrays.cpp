#include "models/flows/nets/named_arrays.hpp"

#include <algorithm>

namespace nmc {
namespace {

std::string slopes_beside_named(const NamedArray& array) {
  return array.dataset + "_slopes";
}

archive::Shape shape_of_slopes(const NamedArray& array, Index conditions) {
  archive::Shape shape = array.shape;
  shape.insert(shape.begin(), conditions);
  return shape;
}

}  // namespace

Index NamedArrays::numbers() const {
  Index sum = 0;
  for (const NamedArray& array : arrays) sum += array.count();
  return sum;
}

void write_named(archive::File& file, const std::string& group, const NamedArrays& of,
                 std::span<const double> parameters) {
  for (const NamedArray& array : of.arrays) {
    const auto part = [&](Index line) {
      return parameters.subspan(static_cast<std::size_t>(line * of.numbers() + array.first),
                                static_cast<std::size_t>(array.count()));
    };
    file.write(group + "/" + array.dataset, array.shape, part(0));
    if (of.conditions == 0) continue;
    std::vector<double> slopes;
    for (Index k = 1; k <= of.conditions; ++k) {
      const auto line = part(k);
      slopes.insert(slopes.end(), line.begin(), line.end());
    }
    file.write(group + "/" + slopes_beside_named(array), shape_of_slopes(array, of.conditions),
               std::span<const double>(slopes));
  }
}

std::vector<double> read_named(const archive::File& file, const std::string& group,
                               const NamedArrays& of, KnownEntries& known) {
  std::vector<double> parameters(static_cast<std::size_t>(of.numbers() * (1 + of.conditions)));
  for (const NamedArray& array : of.arrays) {
    const std::string dataset = group + "/" + array.dataset;
    known.children.push_back(array.dataset);
    require_shape(file, dataset, array.shape);
    std::ranges::copy(file.read_doubles(dataset), parameters.begin() + array.first);
    if (of.conditions == 0) continue;
    known.children.push_back(slopes_beside_named(array));
    const std::string beside = group + "/" + slopes_beside_named(array);
    require_shape(file, beside, shape_of_slopes(array, of.conditions));
    const std::vector<double> slopes = file.read_doubles(beside);
    for (Index k = 0; k < of.conditions; ++k)
      std::copy_n(slopes.begin() + k * array.count(), array.count(),
                  parameters.begin() + (k + 1) * of.numbers() + array.first);
  }
  return parameters;
}

}  // namespace nmc
