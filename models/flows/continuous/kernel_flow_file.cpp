#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/archive/model_entries.hpp"
#include "core/errors.hpp"
#include "models/flows/continuous/kernel_flow.hpp"
#include "models/flows/nets/layer_fields.hpp"
#include "models/flows/nets/named_arrays.hpp"

namespace nmc {

using archive::File;

namespace {

NamedArrays kernel_arrays(const KernelFlow& flow) {
  const KernelFieldShape& shape = flow.shape();
  const KernelNumbers& at = flow.numbers();
  const Index times = shape.times, channels = shape.channels, harmonics = shape.harmonics;
  const Index orbits = flow.orbits();
  NamedArrays of{{{"log_scale", at.log_scale, {orbits}},
                  {"linear", at.linear, {times, orbits}},
                  {"kernel_in", at.in, {channels, times, orbits}},
                  {"weight", at.weight, {channels, times, harmonics}},
                  {"frequency", at.frequency, {channels}}},
                 flow.conditions()};
  if (!shape.has_potential) of.arrays.push_back({"kernel_out", at.out, {channels, times, orbits}});
  return of;
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

}  // namespace

void KernelFlow::write(File& file, const std::string& group,
                       std::span<const double> parameters) const {
  file.set_attribute(group, "type", "kernel_flow");
  file.set_attribute(group, "steps", static_cast<std::int64_t>(shape_.steps));
  file.set_attribute(group, "least_steps", static_cast<std::int64_t>(least_steps_));
  if (shape_.has_potential) file.set_attribute(group, "potential", std::int64_t{1});
  write_condition_count(file, group, conditions());
  const std::vector<std::int64_t> extents(shape_.extents.begin(), shape_.extents.end());
  file.write(group + "/shape", {std::ssize(extents)}, extents);
  write_named(file, group, kernel_arrays(*this), parameters);
}

StoredLayer KernelFlow::read(const File& file, const std::string& group, Index sites) {
  KernelFieldShape shape;
  shape.extents = read_torus(file, group + "/shape", sites);
  shape.steps = read_step_count(file, group, "steps");
  const int least_steps = read_step_count(file, group, "least_steps");
  read_counts(file, group, shape);
  shape.has_potential = file.has_attribute(group, "potential");
  require(!shape.has_potential || file.int_attribute(group, "potential") == 1,
          fmt::format("{}: {} has a potential that is not 1: leave the attribute away", file.path(),
                      group));
  const Index conditions = read_condition_count(file, group);
  auto layer = std::make_unique<KernelFlow>(std::move(shape), conditions, least_steps);
  KnownEntries known{{"type", "steps", "least_steps", "potential", "conditions"}, {"shape"}};
  std::vector<double> parameters = read_named(file, group, kernel_arrays(*layer), known);
  refuse_others(file, group, known);
  return {std::move(layer), std::move(parameters)};
}

}  // namespace nmc
