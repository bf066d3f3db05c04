#include <fmt/format.h>

#include <utility>

#include "core/archive/model_entries.hpp"
#include "core/errors.hpp"
#include "models/flows/continuous/continuous_flow.hpp"
#include "models/flows/nets/layer_fields.hpp"
#include "models/flows/nets/named_arrays.hpp"

namespace nmc {

using archive::File;

namespace {

NamedArrays velocity_arrays(const ContinuousFlow& flow) {
  NamedArrays of;
  for (std::size_t l = 0; l < flow.places().size(); ++l) {
    const ContinuousFlow::Place& place = flow.places()[l];
    of.arrays.push_back({fmt::format("W{}", l), place.weight, {place.outputs, place.inputs}});
    of.arrays.push_back({fmt::format("b{}", l), place.bias, {place.outputs}});
    of.arrays.push_back({fmt::format("time{}", l), place.time, {place.outputs}});
    if (flow.conditions() > 0)
      of.arrays.push_back(
          {fmt::format("condition{}", l), place.condition, {flow.conditions(), place.outputs}});
  }
  return of;
}

/// Widths of the hidden layers, by the biases; W1 is there where one layer follows b0.
std::vector<int> read_widths(const File& file, const std::string& group) {
  constexpr Index kMost = 1 << 15;
  std::vector<int> widths;
  for (int l = 0; file.has(fmt::format("{}/W{}", group, l + 1)); ++l) {
    const std::string dataset = fmt::format("{}/b{}", group, l);
    const archive::Shape shape = file.shape(dataset);
    require(shape.size() == 1 && shape[0] >= 1 && shape[0] <= kMost,
            fmt::format("{}: {} has one number for each of 1 to {} units", file.path(), dataset,
                        kMost));
    widths.push_back(static_cast<int>(shape[0]));
  }
  return widths;
}

}  // namespace

void ContinuousFlow::write(File& file, const std::string& group,
                           std::span<const double> parameters) const {
  file.set_attribute(group, "type", "continuous");
  file.set_attribute(group, "activation", name_of(spec_.activation));
  file.set_attribute(group, "steps", static_cast<std::int64_t>(spec_.steps));
  file.set_attribute(group, "least_steps", static_cast<std::int64_t>(spec_.least_steps));
  write_condition_count(file, group, conditions());
  write_named(file, group, velocity_arrays(*this), parameters);
}

StoredLayer ContinuousFlow::read(const File& file, const std::string& group, Index sites) {
  ContinuousSpec spec;
  spec.sites = sites;
  spec.hidden = read_widths(file, group);
  spec.activation = read_activation(file, group);
  spec.steps = read_step_count(file, group, "steps");
  spec.least_steps = read_step_count(file, group, "least_steps");
  spec.conditions = read_condition_count(file, group);
  auto layer = std::make_unique<ContinuousFlow>(std::move(spec));
  KnownEntries known{{"type", "activation", "steps", "least_steps", "conditions"}};
  std::vector<double> numbers = read_named(file, group, velocity_arrays(*layer), known);
  refuse_others(file, group, known);
  return {std::move(layer), std::move(numbers)};
}

}  // namespace nmc
