#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "core/archive/model_entries.hpp"
#include "core/errors.hpp"
#include "models/flows/conv/conv_coupling.hpp"
#include "models/flows/nets/layer_fields.hpp"

namespace nmc {
namespace {

using archive::File;
using archive::Shape;

/// Numbers of a layer that have a dataset of their own.
struct ConvArray {
  std::string dataset;
  Index first = 0;                                    ///< place in the parameters
  const PackedConvolution<double>* kernel = nullptr;  ///< null: `count` plain numbers
  Index count = 1;
};

std::vector<ConvArray> arrays_of(const ConvCoupling& layer) {
  std::vector<ConvArray> arrays;
  const auto add = [&](const std::string& name, const PackedConvolution<double>& part) {
    arrays.push_back({fmt::format(fmt::runtime(name), "W"), part.grad_weight, &part});
    if (part.has_bias)
      arrays.push_back({fmt::format(fmt::runtime(name), "b"), part.grad_bias, nullptr,
                        static_cast<Index>(part.outputs)});
  };
  const auto& net = layer.net();
  for (std::size_t k = 0; k < net.hidden.size(); ++k) add(fmt::format("{{}}{}", k), net.hidden[k]);
  add("t_{}", net.heads[0]);
  if (net.map == ConvMap::affine) {
    add("s_{}", net.heads[1]);
    arrays.push_back({"scale", net.grad_scale});
  }
  return arrays;
}

/// Of a kernel (width, …, width, outputs, inputs), the first axis being the last direction.
Shape shape_of(const ConvArray& array, const ConvStencil& stencil) {
  if (array.kernel == nullptr) return {array.count};
  Shape shape(stencil.extents.size(), stencil.kernel);
  shape.push_back(array.kernel->outputs);
  shape.push_back(array.kernel->inputs);
  return shape;
}

/// Numbers of an array as the file has them, from those of one line.
std::vector<double> spread(const ConvArray& array, const ConvStencil& stencil,
                           std::span<const double> line) {
  const auto own = line.subspan(static_cast<std::size_t>(array.first));
  if (array.kernel == nullptr) return {own.begin(), own.begin() + array.count};
  const Index size = static_cast<Index>(array.kernel->outputs) * array.kernel->inputs;
  std::vector<double> stored;
  for (const int orbit : stencil.kernel_orbit)
    stored.insert(stored.end(), own.begin() + orbit * size, own.begin() + (orbit + 1) * size);
  return stored;
}

/// The way back; false where taps of an orbit differ.
bool gather_line(const ConvArray& array, const ConvStencil& stencil, std::span<const double> stored,
                 std::span<double> line) {
  const auto own = line.subspan(static_cast<std::size_t>(array.first));
  if (array.kernel == nullptr) {
    std::ranges::copy(stored, own.begin());
    return true;
  }
  const Index size = static_cast<Index>(array.kernel->outputs) * array.kernel->inputs;
  for (std::size_t tap = 0; tap < stencil.kernel_orbit.size(); ++tap)
    std::copy_n(stored.begin() + static_cast<Index>(tap) * size, size,
                own.begin() + stencil.kernel_orbit[tap] * size);
  return std::ranges::equal(spread(array, stencil, line), stored);
}

std::string slopes_of(const std::string& dataset) {
  return dataset + "_slopes";
}

std::vector<Index> read_shape(const File& file, const std::string& dataset) {
  const std::vector<int> shape = read_int_vector(file, dataset);
  require(!shape.empty() && shape.size() <= 8,
          fmt::format("{}: {} is no shape of a lattice", file.path(), dataset));
  Index sites = 1;
  for (const int extent : shape) {
    sites *= std::max(extent, 1);
    require(extent >= 1 && sites < std::numeric_limits<int>::max(),
            fmt::format("{}: {} is no shape of a lattice", file.path(), dataset));
  }
  return {shape.begin(), shape.end()};
}

/// Outputs of W0, W1, …, and the width of their kernel.
void read_hidden_channels(const File& file, const std::string& group, ConvSpec& spec) {
  const std::size_t directions = spec.extents.size();
  for (int k = 0; file.has(fmt::format("{}/W{}", group, k)); ++k) {
    const Shape shape = file.shape(fmt::format("{}/W{}", group, k));
    constexpr Index kMost = 1 << 16;
    require(shape.size() == directions + 2 &&
                std::ranges::all_of(shape, [](Index n) { return n >= 1 && n < kMost; }),
            fmt::format("{}: {}/W{} must be a kernel of {} directions, outputs and inputs",
                        file.path(), group, k, directions));
    spec.kernel = static_cast<int>(shape.front());
    spec.net.channels.push_back(static_cast<int>(shape[directions]));
  }
}

void read_arrays(const File& file, const std::string& group, const ConvCoupling& layer,
                 std::span<double> parameters) {
  KnownEntries known{{"type", "kind", "activation", "kept", "isotropic", "odd", "conditions"},
                     {"shape"}};
  const auto numbers = parameters.size() / static_cast<std::size_t>(1 + layer.conditions());
  for (const ConvArray& array : arrays_of(layer)) {
    known.children.push_back(array.dataset);
    const std::string dataset = group + "/" + array.dataset;
    Shape shape = shape_of(array, layer.stencil());
    const auto read_line = [&](std::span<const double> stored, std::size_t line) {
      require(
          gather_line(array, layer.stencil(), stored, parameters.subspan(line * numbers, numbers)),
          fmt::format("{}: {} differs at places that isotropic = 1 makes equal", file.path(),
                      dataset));
    };
    require_shape(file, dataset, shape);
    const std::vector<double> own = file.read_doubles(dataset);
    read_line(own, 0);
    if (layer.conditions() == 0) continue;
    known.children.push_back(slopes_of(array.dataset));
    shape.insert(shape.begin(), layer.conditions());
    require_shape(file, slopes_of(dataset), shape);
    const std::vector<double> slopes = file.read_doubles(slopes_of(dataset));
    for (std::size_t k = 0; k < static_cast<std::size_t>(layer.conditions()); ++k)
      read_line(std::span(slopes).subspan(k * own.size(), own.size()), k + 1);
  }
  refuse_others(file, group, known);
}

}  // namespace

void ConvCoupling::write(File& file, const std::string& group,
                         std::span<const double> parameters) const {
  file.set_attribute(group, "type", "conv_coupling");
  file.set_attribute(group, "kind", spec_.net.map == ConvMap::affine ? "affine" : "additive");
  file.set_attribute(group, "activation", name_of(spec_.net.activation));
  file.set_attribute(group, "kept", static_cast<std::int64_t>(spec_.kept));
  file.set_attribute(group, "isotropic", static_cast<std::int64_t>(spec_.is_isotropic));
  file.set_attribute(group, "odd", static_cast<std::int64_t>(spec_.net.is_odd));
  write_condition_count(file, group, conditions());
  const std::vector<std::int64_t> extents(spec_.extents.begin(), spec_.extents.end());
  file.write(group + "/shape", {std::ssize(extents)}, extents);
  const auto numbers = static_cast<std::size_t>(lines_.numbers());
  for (const ConvArray& array : arrays_of(*this)) {
    const std::string dataset = group + "/" + array.dataset;
    Shape shape = shape_of(array, stencil_);
    file.write(dataset, shape, spread(array, stencil_, parameters.first(numbers)));
    if (conditions() == 0) continue;
    std::vector<double> slopes;
    for (std::size_t k = 1; k <= static_cast<std::size_t>(conditions()); ++k) {
      const auto line = spread(array, stencil_, parameters.subspan(k * numbers, numbers));
      slopes.insert(slopes.end(), line.begin(), line.end());
    }
    shape.insert(shape.begin(), conditions());
    file.write(slopes_of(dataset), shape, slopes);
  }
}

StoredLayer ConvCoupling::read(const File& file, const std::string& group, Index sites) {
  ConvSpec spec;
  spec.extents = read_shape(file, group + "/shape");
  Index product = 1;
  for (const Index extent : spec.extents) product *= extent;
  require(product == sites, fmt::format("{}: {}/shape has {} sites, the model {}", file.path(),
                                        group, product, sites));
  spec.net.map = one_of(file, group, "kind", {"affine", "additive"}) == "affine"
                     ? ConvMap::affine
                     : ConvMap::additive;
  spec.net.activation = read_activation(file, group);
  spec.kept = read_layer_flag(file, group, "kept") ? 1 : 0;
  spec.is_isotropic = read_layer_flag(file, group, "isotropic");
  spec.net.is_odd = read_layer_flag(file, group, "odd");
  spec.conditions = read_condition_count(file, group);
  read_hidden_channels(file, group, spec);
  auto layer = std::make_unique<ConvCoupling>(std::move(spec));
  std::vector<double> parameters(static_cast<std::size_t>(layer->parameter_count()));
  read_arrays(file, group, *layer, parameters);
  return {std::move(layer), std::move(parameters)};
}

}  // namespace nmc
