#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/autoregressive/causal_file.hpp"
#include "models/autoregressive/recurrent_file.hpp"
#include "models/bijector_flow.hpp"
#include "models/coupling.hpp"
#include "models/elementary.hpp"
#include "models/flip_symmetric_spins.hpp"
#include "models/free_field.hpp"
#include "models/model_file.hpp"
#include "models/symmetrised_flow.hpp"
#include "models/symmetrised_spins.hpp"

namespace nmc {
namespace {

using archive::File;
using archive::Shape;

/// A layer with the parameters that belong to it.
struct StoredLayer {
  std::unique_ptr<Bijector> layer;
  std::vector<double> parameters;
};

std::string text(const Shape& shape) {
  return fmt::format("({})", fmt::join(shape, ", "));
}

void require_shape(const File& file, const std::string& dataset, const Shape& expected) {
  require(file.has(dataset),
          fmt::format("{}: {} is missing (docs/model-file.md)", file.path(), dataset));
  const Shape shape = file.shape(dataset);
  require(shape == expected, fmt::format("{}: {} has shape {}, expected {}", file.path(), dataset,
                                         text(shape), text(expected)));
}

std::vector<int> read_int_vector(const File& file, const std::string& dataset) {
  require(file.has(dataset),
          fmt::format("{}: {} is missing (docs/model-file.md)", file.path(), dataset));
  const auto numbers = file.read_ints(dataset);
  return {numbers.begin(), numbers.end()};
}

std::string one_of(const File& file, const std::string& object, const std::string& attribute,
                   const std::vector<std::string>& choices) {
  require(file.has_attribute(object, attribute),
          fmt::format("{}: {} has no attribute {} (docs/model-file.md)", file.path(), object,
                      attribute));
  std::string value = file.string_attribute(object, attribute);
  require(std::ranges::find(choices, value) != choices.end(),
          fmt::format("{}: {} of {} is \"{}\"; it is one of {}", file.path(), attribute, object,
                      value, fmt::join(choices, ", ")));
  return value;
}

std::vector<int> hidden_widths(const File& file, const std::string& net) {
  std::vector<int> hidden;
  for (int k = 0; file.has(fmt::format("{}/W{}", net, k)); ++k) {
    const Shape shape = file.shape(fmt::format("{}/W{}", net, k));
    require(shape.size() == 3,
            fmt::format("{}: {}/W{} must be (couplings, outputs, inputs)", file.path(), net, k));
    hidden.push_back(static_cast<int>(shape[1]));
  }
  require(hidden.size() >= 2, fmt::format("{}: {} needs W0 and W1 at least", file.path(), net));
  hidden.pop_back();
  return hidden;
}

/// Gathers the live rows and columns of the stacked arrays of one net into the parameters.
void read_net(const File& file, const std::string& net, const CouplingLayer& layer,
              std::span<double> parameters) {
  const bool is_shift = net.back() == 't';
  const auto& couplings = layer.packed<double>();
  const Index p = std::ssize(layer.spec().patches.front());
  const auto& hidden = layer.spec().hidden;
  for (std::size_t k = 0; k <= hidden.size(); ++k) {
    const bool is_first = k == 0, is_last = k == hidden.size();
    const Index rows = is_last ? p : hidden[k], columns = is_first ? p : hidden[k - 1];
    const std::string w_name = fmt::format("{}/W{}", net, k),
                      b_name = fmt::format("{}/b{}", net, k);
    require_shape(file, w_name, {std::ssize(couplings), rows, columns});
    require_shape(file, b_name, {std::ssize(couplings), rows});
    const auto w = file.read_doubles(w_name), b = file.read_doubles(b_name);
    for (std::size_t c = 0; c < couplings.size(); ++c) {
      const auto& part = (is_shift ? couplings[c].shift : couplings[c].log_scale)[k];
      for (int o = 0; o < part.outputs; ++o) {
        const Index row = static_cast<Index>(c) * rows + (is_last ? couplings[c].moved[o] : o);
        parameters[part.grad_bias + o] = b[row];
        for (int i = 0; i < part.inputs; ++i)
          parameters[part.grad_weight + o * part.inputs + i] =
              w[row * columns + (is_first ? couplings[c].kept[i] : i)];
      }
    }
  }
}

StoredLayer read_coupling(const File& file, const std::string& group, Index sites) {
  CouplingSpec spec;
  spec.sites = sites;
  spec.is_affine = one_of(file, group, "kind", {"affine", "additive"}) == "affine";
  const std::string activation = one_of(file, group, "activation", {"elu", "tanh", "softplus"});
  spec.activation = activation == "elu"    ? simd::Activation::elu
                    : activation == "tanh" ? simd::Activation::tanh
                                           : simd::Activation::softplus;
  const auto flat = read_int_vector(file, group + "/sites");
  const auto mask = read_int_vector(file, group + "/mask");
  const Shape shape = file.shape(group + "/sites");
  require(shape.size() == 2 && shape[1] > 0,
          fmt::format("{}: {}/sites must be (patches, sites of a patch)", file.path(), group));
  const Index p = shape[1];
  require_shape(file, group + "/mask", {std::ssize(mask) / p, p});
  for (auto at = flat.begin(); at != flat.end(); at += p) spec.patches.emplace_back(at, at + p);
  for (auto at = mask.begin(); at != mask.end(); at += p) spec.masks.emplace_back(at, at + p);
  spec.hidden = hidden_widths(file, group + "/t");
  auto layer = std::make_unique<CouplingLayer>(std::move(spec));
  std::vector<double> parameters(static_cast<std::size_t>(layer->parameter_count()));
  read_net(file, group + "/t", *layer, parameters);
  if (layer->spec().is_affine) {
    read_net(file, group + "/s", *layer, parameters);
    require_shape(file, group + "/s/scale", {std::ssize(mask) / p, p});
    const auto scale = file.read_doubles(group + "/s/scale");
    Index c = 0;
    for (const auto& coupling : layer->packed<double>()) {
      for (std::size_t j = 0; j < coupling.moved.size(); ++j)
        parameters[coupling.grad_scale + j] = scale[c * p + coupling.moved[j]];
      ++c;
    }
  }
  return {std::move(layer), std::move(parameters)};
}

StoredLayer read_layer(const File& file, const std::string& group, Index sites) {
  const std::string type =
      one_of(file, group, "type", {"coupling", "permutation", "scaling", "free_field"});
  if (type == "coupling") return read_coupling(file, group, sites);
  if (type == "permutation")
    return {std::make_unique<PermutationLayer>(read_int_vector(file, group + "/permutation")), {}};
  if (type == "scaling") {
    require_shape(file, group + "/log_scale", {sites});
    return {std::make_unique<ScalingLayer>(sites), file.read_doubles(group + "/log_scale")};
  }
  const auto shape = read_int_vector(file, group + "/shape");
  auto layer = std::make_unique<FreeFieldLayer>(std::vector<Index>(shape.begin(), shape.end()),
                                                read_int_vector(file, group + "/orbit"));
  require_shape(file, group + "/log_amplitude", {layer->parameter_count()});
  return {std::move(layer), file.read_doubles(group + "/log_amplitude")};
}

std::unique_ptr<BijectorFlow> read_flow(const File& file) {
  const Index sites = file.int_attribute("/model", "sites");
  const bool is_single = one_of(file, "/model", "precision", {"float", "double"}) == "float";
  require(file.is_group("/model/layers"), file.path() + ": the model has no layers");
  BijectorFlow::Layers layers;
  std::vector<double> parameters;
  for (const auto& name : file.children("/model/layers")) {
    StoredLayer stored = read_layer(file, "/model/layers/" + name, sites);
    parameters.insert(parameters.end(), stored.parameters.begin(), stored.parameters.end());
    layers.push_back(std::move(stored.layer));
  }
  const auto bad = std::ranges::find_if_not(parameters, [](double v) { return std::isfinite(v); });
  require(bad == parameters.end(), file.path() + ": a weight is not a finite number");
  auto flow = std::make_unique<BijectorFlow>(std::move(layers),
                                             is_single ? Precision::single : Precision::twice, 0);
  std::ranges::copy(parameters, flow->parameters().begin());
  flow->parameters_changed();
  return flow;
}

std::vector<SymmetryOperation> read_symmetry(const File& file, Index sites) {
  std::vector<SymmetryOperation> group;
  std::vector<std::string> names = file.children("/model/symmetry");
  // 1000 comes after 999: draws depend on the order of the elements.
  std::ranges::stable_sort(names, {}, [](const std::string& name) { return name.size(); });
  for (const auto& name : names) {
    const std::string at = "/model/symmetry/" + name;
    require_shape(file, at + "/permutation", {sites});
    const auto permutation = file.read_ints(at + "/permutation");
    group.push_back({{permutation.begin(), permutation.end()}, file.double_attribute(at, "sign")});
  }
  try {
    check_group(group, sites);
  } catch (const UserError& error) {
    throw UserError(fmt::format("{}: /model/symmetry: {}", file.path(), error.what()));
  }
  return group;
}

std::unique_ptr<Autoregressive> read_spins(const File& file, const std::string& type) {
  if (type == "recurrent") return read_recurrent(file);
  if (type == "bernoulli_mixture") return read_mixture(file);
  return read_causal(file);
}

/// Files of flows need not say what they are.
std::unique_ptr<Trainable> read_any(const File& file) {
  const bool has_symmetry = file.is_group("/model/symmetry");
  const std::string type =
      file.has_attribute("/model", "type")
          ? one_of(file, "/model", "type",
                   {"flow", "autoregressive", "recurrent", "bernoulli_mixture"})
          : "flow";
  if (type == "flow") {
    auto flow = read_flow(file);
    if (!has_symmetry) return flow;
    std::vector<SymmetryOperation> group = read_symmetry(file, flow->sites());
    return std::make_unique<SymmetrisedFlow>(std::move(flow), std::move(group));
  }
  auto network = read_spins(file, type);
  if (!has_symmetry) return network;
  std::vector<SymmetryOperation> group = read_symmetry(file, network->sites());
  // A flip of all spins leaves the order alone: that mixture is autoregressive.
  if (group == z2_group(network->sites()))
    return std::make_unique<FlipSymmetricSpins>(std::move(network));
  return std::make_unique<SymmetrisedSpins>(std::move(network), std::move(group));
}

}  // namespace

ModelFile read_model(const std::string& path) {
  const File file = File::open(path);
  require(
      file.has_attribute("/", "format") && file.string_attribute("/", "format") == "neuralmc-model",
      path +
          " is an HDF5 file but not a model: the attribute format = \"neuralmc-model\" is "
          "missing (docs/model-file.md)");
  const auto version = file.int_attribute("/", "version");
  require(version == 1, fmt::format("{} has version {} of the model layout; this program reads 1",
                                    path, version));
  require(file.is_group("/model"), path + ": /model is missing (docs/model-file.md)");
  ModelFile result;
  result.model = read_any(file);
  if (file.has_attribute("/model", "name")) result.name = file.string_attribute("/model", "name");
  if (file.is_group("/target"))
    for (const auto& key : file.attributes("/target"))
      result.target[key] = file.string_attribute("/target", key);
  return result;
}

}  // namespace nmc
