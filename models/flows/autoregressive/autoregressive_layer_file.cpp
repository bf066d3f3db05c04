#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "core/archive/model_entries.hpp"
#include "core/errors.hpp"
#include "models/flows/autoregressive/autoregressive_layer.hpp"
#include "models/flows/nets/layer_fields.hpp"

namespace nmc {
namespace {

using archive::File;

std::string hidden_group(const std::string& group, std::size_t l) {
  return fmt::format("{}/hidden/{:03}", group, l);
}

/// Rows as a matrix, (outputs, inputs), with 0 where they are masked.
void write_masked(File& file, const std::string& dataset, const MaskedShape& shape,
                  const double* rows) {
  std::vector<double> matrix(static_cast<std::size_t>(Index{shape.outputs()} * shape.inputs()), 0);
  for (std::size_t o = 0; o < shape.rows().size(); ++o)
    std::copy_n(rows + shape.rows()[o], shape.reads()[o],
                matrix.begin() + static_cast<Index>(o) * shape.inputs());
  file.write(dataset, {shape.outputs(), shape.inputs()}, matrix);
}

/// UserError where a masked weight is not 0: it would be another network.
void read_masked(const File& file, const std::string& dataset, const MaskedShape& shape,
                 double* rows) {
  require_shape(file, dataset, {shape.outputs(), shape.inputs()});
  const std::vector<double> matrix = file.read_doubles(dataset);
  for (std::size_t o = 0; o < shape.rows().size(); ++o) {
    const auto row = matrix.begin() + static_cast<Index>(o) * shape.inputs();
    const auto end = row + shape.reads()[o];
    std::copy(row, end, rows + shape.rows()[o]);
    require(std::all_of(end, row + shape.inputs(), [](double w) { return w == 0; }),
            fmt::format("{}: row {} of {} has weights of inputs that it must not read: set all "
                        "after the first {} to 0",
                        file.path(), o, dataset, shape.reads()[o]));
  }
}

std::vector<std::vector<int>> read_degrees(const File& file, const std::string& group) {
  std::vector<std::vector<int>> degrees;
  if (!file.has(group + "/hidden")) return degrees;
  for (const std::string& name : numbered_names(file, group + "/hidden"))
    degrees.push_back(read_int_vector(file, group + "/hidden/" + name + "/degree"));
  return degrees;
}

AutoregressiveSpec read_spec(const File& file, const std::string& group, Index sites) {
  AutoregressiveSpec spec;
  spec.is_inverse = one_of(file, group, "kind", {"maf", "iaf"}) == "iaf";
  spec.has_scale_net = one_of(file, group, "log_scale", {"network", "site"}) == "network";
  spec.activation = read_activation(file, group);
  spec.conditions = read_condition_count(file, group);
  require_shape(file, group + "/order", {sites});
  spec.order = read_int_vector(file, group + "/order");
  spec.degrees = read_degrees(file, group);
  return spec;
}

}  // namespace

void AutoregressiveLayer::write(File& file, const std::string& group,
                                std::span<const double> parameters) const {
  file.set_attribute(group, "type", "autoregressive");
  file.set_attribute(group, "kind", spec_.is_inverse ? "iaf" : "maf");
  file.set_attribute(group, "log_scale", spec_.has_scale_net ? "network" : "site");
  file.set_attribute(group, "activation", name_of(spec_.activation));
  write_condition_count(file, group, conditions());
  file.write(group + "/order", {sites()}, wide(spec_.order));
  const auto lines = [&](Index place, const ConditionLines& of) {
    return parameters.subspan(static_cast<std::size_t>(place),
                              static_cast<std::size_t>(of.parameter_count()));
  };
  for (std::size_t l = 0; l < bias_.size(); ++l) {
    const bool is_last = l + 1 == bias_.size();
    const std::string at = is_last ? group + "/output" : hidden_group(group, l);
    if (!is_last)
      file.write(at + "/degree", {std::ssize(spec_.degrees[l])}, wide(spec_.degrees[l]));
    if (!is_last || l > 0)
      write_masked(file, at + "/W", shape(l), parameters.data() + places_.weights[l]);
    write_lines(file, at + "/b", bias_[l].numbers(), lines(places_.biases[l], bias_[l]));
  }
  write_masked(file, group + "/direct", layout_.direct, parameters.data() + places_.direct);
  write_lines(file, group + "/scale/log_scale", sites(), lines(places_.log_scale, log_scale_));
  if (spec_.has_scale_net)
    file.write(group + "/scale/bound", {sites()},
               parameters.last(static_cast<std::size_t>(sites())));
}

StoredLayer AutoregressiveLayer::read(const File& file, const std::string& group, Index sites) {
  AutoregressiveSpec spec = read_spec(file, group, sites);
  const int conditions = spec.conditions;
  const bool is_linear = spec.degrees.empty(), has_bound = spec.has_scale_net;
  refuse_others(
      file, group,
      {{"type", "kind", "log_scale", "activation", "conditions"},
       is_linear ? std::vector<std::string>{"order", "output", "direct", "scale"}
                 : std::vector<std::string>{"order", "hidden", "output", "direct", "scale"}});
  auto layer = std::make_unique<AutoregressiveLayer>(std::move(spec));
  std::vector<double> parameters(static_cast<std::size_t>(layer->parameter_count()));
  const auto take_lines = [&](const std::string& dataset, Index count, Index place) {
    std::ranges::copy(read_lines(file, dataset, {count, conditions}), parameters.begin() + place);
  };
  const Places& places = layer->places();
  const std::size_t depth = layer->layout().hidden.size();
  for (std::size_t l = 0; l <= depth; ++l) {
    const bool is_last = l == depth;
    const std::string at = is_last ? group + "/output" : hidden_group(group, l);
    std::vector<std::string> known{"b"};
    if (!is_linear) known.emplace_back("W");
    if (!is_last) known.emplace_back("degree");
    refuse_others(file, at, {{}, with_slopes(known, conditions)});
    const MaskedShape& shape = layer->shape(l);
    if (!is_linear) read_masked(file, at + "/W", shape, parameters.data() + places.weights[l]);
    take_lines(at + "/b", shape.outputs(), places.biases[l]);
  }
  read_masked(file, group + "/direct", layer->layout().direct, parameters.data() + places.direct);
  refuse_others(file, group + "/scale",
                {{},
                 with_slopes(has_bound ? std::vector<std::string>{"log_scale", "bound"}
                                       : std::vector<std::string>{"log_scale"},
                             conditions)});
  take_lines(group + "/scale/log_scale", sites, places.log_scale);
  if (!has_bound) return {std::move(layer), std::move(parameters)};
  require_shape(file, group + "/scale/bound", {sites});
  std::ranges::copy(file.read_doubles(group + "/scale/bound"), parameters.begin() + places.bound);
  return {std::move(layer), std::move(parameters)};
}

}  // namespace nmc
