#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "core/archive/model_entries.hpp"
#include "core/errors.hpp"
#include "models/flows/kernel_flow.hpp"
#include "models/flows/layer_fields.hpp"

namespace nmc {

using archive::File;

namespace {

/// A dataset and its place in the parameters of one line.
struct KernelArray {
  std::string dataset;
  Index first = 0;
  archive::Shape shape{};
  [[nodiscard]] Index count() const {
    Index product = 1;
    for (const Index extent : shape) product *= extent;
    return product;
  }
};

std::array<KernelArray, 6> kernel_arrays(const KernelFieldShape& shape, Index orbits) {
  const KernelNumbers at(shape, orbits);
  const Index times = shape.times, channels = shape.channels, harmonics = shape.harmonics;
  return {{{"log_scale", at.log_scale, {orbits}},
           {"linear", at.linear, {times, orbits}},
           {"kernel_in", at.in, {channels, times, orbits}},
           {"kernel_out", at.out, {channels, times, orbits}},
           {"weight", at.weight, {channels, times, harmonics}},
           {"frequency", at.frequency, {channels}}}};
}

std::vector<Index> read_torus(const File& file, const std::string& dataset, Index sites) {
  const std::vector<int> shape = read_int_vector(file, dataset);
  Index left = sites;
  bool is_shape = !shape.empty();
  for (const int extent : shape) {
    is_shape = is_shape && extent >= 1 && left % extent == 0;
    if (is_shape) left /= extent;
  }
  require(is_shape && left == 1,
          fmt::format("{}: {} is no shape of {} sites", file.path(), dataset, sites));
  return {shape.begin(), shape.end()};
}

/// An attribute that is a count, at most 2^15.
int read_size(const File& file, const std::string& group, const std::string& name) {
  constexpr std::int64_t kMost = 1 << 15;
  const std::int64_t count = file.int_attribute(group, name);
  require(count >= 1 && count <= kMost,
          fmt::format("{}: {} has {} = {}; it is 1 to {}", file.path(), group, name, count, kMost));
  return static_cast<int>(count);
}

/// The shape of the series of sines, (channels, times, harmonics).
void read_counts(const File& file, const std::string& group, KernelFieldShape& shape) {
  const std::string dataset = group + "/weight";
  constexpr Index kMost = 1 << 10;
  const archive::Shape counts = file.shape(dataset);
  require(counts.size() == 3 &&
              std::ranges::all_of(counts, [](Index n) { return n >= 1 && n <= kMost; }),
          fmt::format("{}: {} must be (channels, times, harmonics)", file.path(), dataset));
  shape.channels = static_cast<int>(counts[0]);
  shape.times = static_cast<int>(counts[1]);
  shape.harmonics = static_cast<int>(counts[2]);
}

std::string kernel_slopes(const KernelArray& array) {
  return array.dataset + "_slopes";
}

}  // namespace

void KernelFlow::write(File& file, const std::string& group,
                       std::span<const double> parameters) const {
  file.set_attribute(group, "type", "kernel_flow");
  file.set_attribute(group, "steps", static_cast<std::int64_t>(shape_.steps));
  file.set_attribute(group, "least_steps", static_cast<std::int64_t>(least_steps_));
  write_condition_count(file, group, conditions());
  const std::vector<std::int64_t> extents(shape_.extents.begin(), shape_.extents.end());
  file.write(group + "/shape", {std::ssize(extents)}, extents);
  for (const KernelArray& array : kernel_arrays(shape_, orbits_)) {
    const auto part = [&](Index line) {
      return parameters.subspan(static_cast<std::size_t>(line * numbers_.count + array.first),
                                static_cast<std::size_t>(array.count()));
    };
    file.write(group + "/" + array.dataset, array.shape, part(0));
    if (conditions() == 0) continue;
    std::vector<double> slopes;
    for (Index k = 1; k <= conditions(); ++k) {
      const auto line = part(k);
      slopes.insert(slopes.end(), line.begin(), line.end());
    }
    archive::Shape shape = array.shape;
    shape.insert(shape.begin(), conditions());
    file.write(group + "/" + kernel_slopes(array), shape, std::span<const double>(slopes));
  }
}

StoredLayer KernelFlow::read(const File& file, const std::string& group, Index sites) {
  KernelFieldShape shape;
  shape.extents = read_torus(file, group + "/shape", sites);
  shape.steps = read_size(file, group, "steps");
  const int least_steps = read_size(file, group, "least_steps");
  read_counts(file, group, shape);
  const Index conditions = read_condition_count(file, group);
  auto layer = std::make_unique<KernelFlow>(std::move(shape), conditions, least_steps);
  std::vector<double> parameters(static_cast<std::size_t>(layer->parameter_count()));
  KnownEntries known{{"type", "steps", "least_steps", "conditions"}, {"shape"}};
  for (const KernelArray& array : kernel_arrays(layer->shape(), layer->orbits())) {
    known.children.push_back(array.dataset);
    require_shape(file, group + "/" + array.dataset, array.shape);
    std::ranges::copy(file.read_doubles(group + "/" + array.dataset),
                      parameters.begin() + array.first);
    if (conditions == 0) continue;
    known.children.push_back(kernel_slopes(array));
    archive::Shape with_conditions = array.shape;
    with_conditions.insert(with_conditions.begin(), conditions);
    require_shape(file, group + "/" + kernel_slopes(array), with_conditions);
    const std::vector<double> slopes = file.read_doubles(group + "/" + kernel_slopes(array));
    for (Index k = 0; k < conditions; ++k)
      std::copy_n(slopes.begin() + k * array.count(), array.count(),
                  parameters.begin() + (k + 1) * layer->numbers().count + array.first);
  }
  refuse_others(file, group, known);
  return {std::move(layer), std::move(parameters)};
}

}  // namespace nmc
