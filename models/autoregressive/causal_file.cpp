#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "core/archive/model_entries.hpp"
#include "models/autoregressive/causal_model.hpp"
#include "models/autoregressive/model_fields.hpp"

namespace nmc {
namespace {

using archive::File;

constexpr std::array<std::pair<const char*, simd::Activation>, 3> kActivations{
    {{"elu", simd::Activation::elu},
     {"tanh", simd::Activation::tanh},
     {"softplus", simd::Activation::softplus}}};
constexpr std::array<std::pair<const char*, CausalInput>, 2> kInputs{
    {{"spins", CausalInput::spins}, {"fields", CausalInput::fields}}};

void write_layer(File& file, const std::string& group, const CausalLayer& layer) {
  file.create_group(group);
  file.set_attribute(group, "units", static_cast<std::int64_t>(layer.units));
  file.set_attribute(group, "weights", static_cast<std::int64_t>(layer.weights));
  file.set_attribute(group, "biases", static_cast<std::int64_t>(layer.biases));
  file.set_attribute(group, "residual", layer.is_residual ? 1 : 0);
  write_numbers(file, group + "/first", layer.first);
  std::vector<std::int64_t> runs;
  for (const CausalRun& run : layer.runs) runs.insert(runs.end(), {run.row, run.rows, run.weight});
  file.write(group + "/runs", {std::ssize(layer.runs), 3}, runs);
  write_numbers(file, group + "/bias", layer.bias);
}

void write_couplings(File& file, const std::string& group, const CausalSpec& spec) {
  file.create_group(group);
  file.set_attribute(group, "beta", spec.beta);
  std::vector<std::int64_t> ends;
  std::vector<double> J;
  for (const Bond& bond : spec.couplings.bonds) {
    ends.insert(ends.end(), {bond.i, bond.j});
    J.push_back(bond.J);
  }
  file.write(group + "/bonds", {std::ssize(J), 2}, ends);
  file.write(group + "/J", {std::ssize(J)}, J);
  if (!spec.couplings.field.empty())
    file.write(group + "/field", {spec.sites}, spec.couplings.field);
}

CausalLayer read_layer(const ModelFields& reader, const std::string& group, Index networks) {
  reader.refuse_others(group,
                       {{"units", "weights", "biases", "residual"}, {"first", "runs", "bias"}});
  CausalLayer layer;
  layer.units = reader.count(group, "units");
  layer.weights = reader.count(group, "weights");
  layer.biases = reader.count(group, "biases");
  layer.is_residual = reader.count(group, "residual") != 0;
  layer.first = reader.ints(group + "/first", networks + 1);
  const std::vector<Index> runs = reader.ints(group + "/runs", -1, 3);
  for (std::size_t k = 0; k < runs.size(); k += 3)
    layer.runs.push_back({runs[k], runs[k + 1], runs[k + 2]});
  layer.bias = reader.ints(group + "/bias", networks);
  return layer;
}

void read_couplings(const ModelFields& reader, CausalSpec& spec) {
  const std::string group = reader.model() + "/couplings";
  if (!reader.has(group)) return;
  reader.refuse_others(group, {{"beta"}, {"bonds", "J", "field"}});
  spec.beta = reader.number(group, "beta");
  spec.couplings.sites = spec.sites;
  const std::vector<double> J = reader.doubles(group + "/J", -1);
  const std::vector<Index> ends = reader.ints(group + "/bonds", std::ssize(J), 2);
  for (std::size_t b = 0; b < J.size(); ++b)
    spec.couplings.bonds.push_back({ends[2 * b], ends[2 * b + 1], J[b]});
  if (reader.has(group + "/field"))
    spec.couplings.field = reader.doubles(group + "/field", spec.sites);
}

CausalSpec read_spec(const ModelFields& reader) {
  const std::string& model = reader.model();
  reader.refuse_others(
      model, {{"type", "sites", "precision", "name", "patch", "networks", "activation", "input",
               "layers", "weights_sha256"},
              {"order", "fields", "layers", "couplings", "beta", "parameters", "symmetry"}});
  CausalSpec spec;
  spec.sites = reader.count(model, "sites");
  spec.patch = reader.count(model, "patch");
  spec.networks = reader.count(model, "networks");
  spec.activation = reader.choice("activation", kActivations);
  spec.input = reader.choice("input", kInputs);
  spec.order = reader.ints(model + "/order", spec.sites);
  if (spec.input == CausalInput::fields) {
    reader.refuse_others(model + "/fields", {{}, {"first", "sites"}});
    spec.field_first = reader.ints(model + "/fields/first", spec.networks + 1);
    spec.field_sites = reader.ints(model + "/fields/sites", -1);
  }
  for (const std::string& name : reader.layers())
    spec.layers.push_back(read_layer(reader, model + "/layers/" + name, spec.networks));
  read_couplings(reader, spec);
  read_beta(reader, spec);
  return spec;
}

}  // namespace

void CausalModel::write(File& file, const std::string& group) const {
  const CausalSpec& spec = this->spec();
  write_weights_digest(file, group, parameters());
  file.set_attribute(group, "type", "autoregressive");
  file.set_attribute(group, "sites", static_cast<std::int64_t>(spec.sites));
  file.set_attribute(group, "precision", name_in(kPrecisionNames, precision_));
  file.set_attribute(group, "patch", static_cast<std::int64_t>(spec.patch));
  file.set_attribute(group, "networks", static_cast<std::int64_t>(spec.networks));
  file.set_attribute(group, "activation", name_in(kActivations, spec.activation));
  file.set_attribute(group, "input", name_in(kInputs, spec.input));
  write_numbers(file, group + "/order", spec.order);
  if (spec.input == CausalInput::fields) {
    write_numbers(file, group + "/fields/first", spec.field_first);
    write_numbers(file, group + "/fields/sites", spec.field_sites);
  }
  file.create_group(group + "/layers");
  write_layer_count(file, group, spec.layers.size());
  for (std::size_t l = 0; l < spec.layers.size(); ++l)
    write_layer(file, fmt::format("{}/layers/{:03}", group, l), spec.layers[l]);
  if (spec.couplings.sites != 0) write_couplings(file, group + "/couplings", spec);
  write_beta(file, group, spec);
  file.write(group + "/parameters", {std::ssize(parameters())}, parameters());
}

std::unique_ptr<Autoregressive> CausalModel::read(const File& file, const std::string& group) {
  const ModelFields reader(file, group);
  CausalSpec spec = read_spec(reader);
  const Precision precision = reader.choice("precision", kPrecisionNames);
  reader.hold_together([&] {
    check(spec);
    if (spec.couplings.sites != 0) check(spec.couplings);
  });
  const std::vector<double> parameters =
      reader.doubles(group + "/parameters", spec.parameter_count());
  auto model = std::make_unique<CausalModel>(std::move(spec), precision, 0);
  std::ranges::copy(parameters, model->parameters().begin());
  model->parameters_changed();
  return model;
}

}  // namespace nmc
