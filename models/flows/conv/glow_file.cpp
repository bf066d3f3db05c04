#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/archive/model_entries.hpp"
#include "core/errors.hpp"
#include "models/flows/conv/channel_coupling.hpp"
#include "models/flows/conv/invertible_convolution.hpp"
#include "models/flows/nets/layer_fields.hpp"
#include "models/flows/nets/named_arrays.hpp"

namespace nmc {
namespace {

using archive::File;
using archive::Shape;

NamedArrays factor_square(int channels, Index conditions) {
  return {{{"factors", 0, {channels, channels}}}, conditions};
}

/// Kernels (w, …, w, outputs, inputs), the first axis being the last direction, and biases.
NamedArrays channel_arrays(const ChannelCoupling& layer) {
  NamedArrays of{{}, layer.conditions()};
  Shape widths(layer.stencil().widths.rbegin(), layer.stencil().widths.rend());
  const auto add = [&](const std::string& weight, const std::string& bias,
                       const PackedConvolution<double>& part) {
    Shape shape = widths;
    shape.insert(shape.end(), {part.outputs, part.inputs});
    of.arrays.push_back({weight, part.grad_weight, std::move(shape)});
    if (part.has_bias) of.arrays.push_back({bias, part.grad_bias, {part.outputs}});
  };
  const auto& net = layer.net();
  for (std::size_t k = 0; k < net.hidden.size(); ++k)
    add(fmt::format("W{}", k), fmt::format("b{}", k), net.hidden[k]);
  add("t_W", "t_b", net.heads[0]);
  if (net.map == ConvMap::affine) {
    add("s_W", "s_b", net.heads[1]);
    of.arrays.push_back({"scale", net.grad_scale, {1}});
  }
  return of;
}

/// Outputs of W0, W1, …, which are of so many directions.
std::vector<int> read_channel_counts(const File& file, const std::string& group,
                                     std::size_t directions) {
  std::vector<int> counts;
  for (int k = 0; file.has(fmt::format("{}/W{}", group, k)); ++k) {
    const Shape shape = file.shape(fmt::format("{}/W{}", group, k));
    constexpr Index kMost = 1 << 16;
    require(shape.size() == directions + 2 &&
                std::ranges::all_of(shape, [](Index n) { return n >= 1 && n < kMost; }),
            fmt::format("{}: {}/W{} must be a kernel of {} directions, outputs and inputs",
                        file.path(), group, k, directions));
    counts.push_back(static_cast<int>(shape[directions]));
  }
  return counts;
}

int read_kernel_width(const File& file, const std::string& group) {
  const std::int64_t kernel = file.int_attribute(group, "kernel");
  constexpr std::int64_t kMost = 1 << 16;
  require(kernel >= 3 && kernel < kMost && kernel % 2 == 1,
          fmt::format("{}: {} has kernel = {}; it is odd, from 3 on", file.path(), group, kernel));
  return static_cast<int>(kernel);
}

}  // namespace

void InvertibleConvolution::write(File& file, const std::string& group,
                                  std::span<const double> parameters) const {
  file.set_attribute(group, "type", "invertible_convolution");
  write_condition_count(file, group, conditions());
  write_cells(file, group, cells_);
  file.write(group + "/permutation", {cells_.channels}, wide(start_.permutation));
  file.write(group + "/sign", {cells_.channels}, wide(start_.signs));
  write_named(file, group, factor_square(cells_.channels, conditions()), parameters);
}

StoredLayer InvertibleConvolution::read(const File& file, const std::string& group, Index sites) {
  KnownEntries known{{"type", "conditions"}, {"permutation", "sign"}};
  const int conditions = read_condition_count(file, group);
  Cells cells = read_cells(file, group, sites, known);
  const NamedArrays arrays = factor_square(cells.channels, conditions);
  std::vector<double> parameters = read_named(file, group, arrays, known);
  refuse_others(file, group, known);
  ChannelMatrix matrix{read_int_vector(file, group + "/permutation"), {}, {}};
  require_shape(file, group + "/sign", {cells.channels});
  for (const std::int64_t sign : file.read_ints(group + "/sign"))
    matrix.signs.push_back(sign == 1 ? 1 : sign == -1 ? -1 : 0);
  matrix.factors.assign(parameters.begin(), parameters.begin() + arrays.numbers());
  return {std::make_unique<InvertibleConvolution>(std::move(cells), std::move(matrix), conditions),
          std::move(parameters)};
}

void ChannelCoupling::write(File& file, const std::string& group,
                            std::span<const double> parameters) const {
  file.set_attribute(group, "type", "channel_coupling");
  file.set_attribute(group, "kind", spec_.net.map == ConvMap::affine ? "affine" : "additive");
  file.set_attribute(group, "activation", name_of(spec_.net.activation));
  file.set_attribute(group, "kernel", static_cast<std::int64_t>(spec_.kernel));
  file.set_attribute(group, "odd", static_cast<std::int64_t>(spec_.net.is_odd));
  write_condition_count(file, group, conditions());
  write_cells(file, group, spec_.cells);
  write_named(file, group, channel_arrays(*this), parameters);
}

StoredLayer ChannelCoupling::read(const File& file, const std::string& group, Index sites) {
  KnownEntries known{{"type", "kind", "activation", "kernel", "odd", "conditions"}};
  ChannelSpec spec;
  spec.cells = read_cells(file, group, sites, known);
  spec.kernel = read_kernel_width(file, group);
  spec.net.map = one_of(file, group, "kind", {"affine", "additive"}) == "affine"
                     ? ConvMap::affine
                     : ConvMap::additive;
  spec.net.activation = read_activation(file, group);
  spec.net.is_odd = read_layer_flag(file, group, "odd");
  spec.conditions = read_condition_count(file, group);
  spec.net.channels = read_channel_counts(file, group, spec.cells.extents.size());
  auto layer = std::make_unique<ChannelCoupling>(std::move(spec));
  std::vector<double> parameters = read_named(file, group, channel_arrays(*layer), known);
  refuse_others(file, group, known);
  return {std::move(layer), std::move(parameters)};
}

}  // namespace nmc
