#include <fmt/format.h>

#include "core/archive/model_entries.hpp"
#include "models/autoregressive/causal_file.hpp"
#include "models/autoregressive/recurrent_file.hpp"
#include "models/file/model_file.hpp"
#include "models/flows/bijector_flow.hpp"
#include "models/flows/coupling.hpp"
#include "models/flows/elementary.hpp"
#include "models/flows/free_field.hpp"
#include "models/symmetry/flip_symmetric_spins.hpp"
#include "models/symmetry/symmetrised_flow.hpp"
#include "models/symmetry/symmetrised_spins.hpp"

namespace nmc {
namespace {

using archive::File;
using archive::Shape;

std::vector<std::int64_t> wide(const std::vector<int>& numbers) {
  return {numbers.begin(), numbers.end()};
}

const char* name_of(simd::Activation activation) {
  switch (activation) {
    case simd::Activation::elu:
      return "elu";
    case simd::Activation::tanh:
      return "tanh";
    case simd::Activation::softplus:
      return "softplus";
  }
  return "";
}

/// Weights of one layer of one net stacked over the couplings, rows and columns spread to their
/// places in the patch where the layer is the first or the last.
class Stack {
 public:
  Stack(Index couplings, Index rows, Index columns)
      : rows_(rows), columns_(columns), w_(couplings * rows * columns), b_(couplings * rows) {}

  void add(Index c, const PackedLayer<double>& layer, std::span<const double> parameters,
           const std::vector<int>* row_places, const std::vector<int>* column_places) {
    for (int o = 0; o < layer.outputs; ++o) {
      const Index row = row_places ? (*row_places)[o] : o;
      b_[c * rows_ + row] = parameters[layer.grad_bias + o];
      for (int i = 0; i < layer.inputs; ++i) {
        const Index column = column_places ? (*column_places)[i] : i;
        w_[(c * rows_ + row) * columns_ + column] =
            parameters[layer.grad_weight + o * layer.inputs + i];
      }
    }
  }
  void write(File& file, const std::string& net, std::size_t k) const {
    const Index couplings = std::ssize(b_) / rows_;
    file.write(fmt::format("{}/W{}", net, k), {couplings, rows_, columns_}, w_);
    file.write(fmt::format("{}/b{}", net, k), {couplings, rows_}, b_);
  }

 private:
  Index rows_, columns_;
  std::vector<double> w_, b_;
};

void write_net(File& file, const std::string& net, const CouplingLayer& layer,
               std::span<const double> parameters) {
  const bool is_shift = net.back() == 't';
  const auto& couplings = layer.packed<double>();
  const Index count = std::ssize(couplings), p = std::ssize(layer.spec().patches.front());
  const std::size_t depth = layer.spec().hidden.size();
  for (std::size_t k = 0; k <= depth; ++k) {
    const bool is_first = k == 0, is_last = k == depth;
    const Index rows = is_last ? p : layer.spec().hidden[k];
    const Index columns = is_first ? p : layer.spec().hidden[k - 1];
    Stack stack(count, rows, columns);
    for (Index c = 0; c < count; ++c) {
      const auto& coupling = couplings[static_cast<std::size_t>(c)];
      stack.add(c, (is_shift ? coupling.shift : coupling.log_scale)[k], parameters,
                is_last ? &coupling.moved : nullptr, is_first ? &coupling.kept : nullptr);
    }
    stack.write(file, net, k);
  }
}

void write_coupling(File& file, const std::string& group, const CouplingLayer& layer,
                    std::span<const double> parameters) {
  const CouplingSpec& spec = layer.spec();
  const Index p = std::ssize(spec.patches.front());
  file.set_attribute(group, "type", "coupling");
  file.set_attribute(group, "kind", spec.is_affine ? "affine" : "additive");
  file.set_attribute(group, "activation", name_of(spec.activation));
  std::vector<std::int64_t> sites;
  for (const auto& patch : spec.patches) sites.insert(sites.end(), patch.begin(), patch.end());
  file.write(group + "/sites", {std::ssize(spec.patches), p}, sites);
  std::vector<std::int8_t> masks;
  for (const auto& mask : spec.masks) masks.insert(masks.end(), mask.begin(), mask.end());
  file.write(group + "/mask", {std::ssize(spec.masks), p}, masks);
  write_net(file, group + "/t", layer, parameters);
  if (!spec.is_affine) return;
  write_net(file, group + "/s", layer, parameters);
  std::vector<double> scale(static_cast<std::size_t>(std::ssize(spec.masks) * p));
  Index c = 0;
  for (const auto& coupling : layer.packed<double>()) {
    for (std::size_t j = 0; j < coupling.moved.size(); ++j)
      scale[c * p + coupling.moved[j]] = parameters[coupling.grad_scale + j];
    ++c;
  }
  file.write(group + "/s/scale", {std::ssize(spec.masks), p}, scale);
}

void write_layer(File& file, const std::string& group, const Bijector& layer,
                 std::span<const double> parameters) {
  file.create_group(group);
  if (const auto* coupling = dynamic_cast<const CouplingLayer*>(&layer)) {
    write_coupling(file, group, *coupling, parameters);
  } else if (const auto* permutation = dynamic_cast<const PermutationLayer*>(&layer)) {
    file.set_attribute(group, "type", "permutation");
    file.write(group + "/permutation", {layer.sites()}, wide(permutation->permutation()));
  } else if (dynamic_cast<const ScalingLayer*>(&layer)) {
    file.set_attribute(group, "type", "scaling");
    file.write(group + "/log_scale", {layer.sites()}, parameters);
  } else if (const auto* field = dynamic_cast<const FreeFieldLayer*>(&layer)) {
    file.set_attribute(group, "type", "free_field");
    const std::vector<std::int64_t> shape(field->extents().begin(), field->extents().end());
    file.write(group + "/shape", {std::ssize(shape)}, shape);
    file.write(group + "/orbit", {layer.sites()}, wide(field->orbit()));
    file.write(group + "/log_amplitude", {layer.parameter_count()}, parameters);
  } else {
    throw UserError("this layer has no place in a model file");
  }
}

void write_flow(File& file, const BijectorFlow& flow) {
  file.set_attribute("/model", "sites", static_cast<std::int64_t>(flow.sites()));
  file.set_attribute("/model", "precision",
                     flow.precision() == Precision::single ? "float" : "double");
  write_layer_count(file, flow.layers().size());
  write_weights_digest(file, flow.parameters());
  for (std::size_t k = 0; k < flow.layers().size(); ++k)
    write_layer(file, fmt::format("/model/layers/{:03}", k), *flow.layers()[k],
                flow.layer_parameters(k));
}

void write_symmetry(File& file, const std::vector<SymmetryOperation>& elements) {
  for (std::size_t k = 0; k < elements.size(); ++k) {
    const SymmetryOperation& g = elements[k];
    const std::string group = fmt::format("/model/symmetry/{:03}", k);
    const std::vector<std::int64_t> permutation(g.permutation.begin(), g.permutation.end());
    file.write(group + "/permutation", {std::ssize(permutation)}, permutation);
    file.set_attribute(group, "sign", g.sign);
  }
}

/// A model and the group under which it is made symmetric, no element where it is not.
struct Unwrapped {
  const Model* model;
  std::vector<SymmetryOperation> group{};
};

Unwrapped unwrap(const Trainable& model) {
  if (const auto* flow = dynamic_cast<const SymmetrisedFlow*>(&model))
    return {&flow->flow(), flow->group()};
  if (const auto* spins = dynamic_cast<const SymmetrisedSpins*>(&model))
    return {&spins->network(), spins->group()};
  if (const auto* spins = dynamic_cast<const FlipSymmetricSpins*>(&model))
    return {&spins->network(), z2_group(spins->sites())};
  return {&model};
}

void write_plain(File& file, const Model& model) {
  if (const auto* network = dynamic_cast<const Autoregressive*>(&model))
    write_weights_digest(file, network->parameters());
  if (const auto* flow = dynamic_cast<const BijectorFlow*>(&model))
    write_flow(file, *flow);
  else if (const auto* causal = dynamic_cast<const CausalModel*>(&model))
    write_causal(file, *causal);
  else if (const auto* recurrent = dynamic_cast<const RecurrentModel*>(&model))
    write_recurrent(file, *recurrent);
  else if (const auto* mixture = dynamic_cast<const BernoulliMixture*>(&model))
    write_mixture(file, *mixture);
  else
    throw UserError("this model has no place in a model file (docs/model-file.md)");
}

}  // namespace

void write_model(File& file, const Trainable& model, const std::string& name,
                 const std::map<std::string, std::string>& target) {
  const Unwrapped parts = unwrap(model);
  file.set_attribute("/", "format", "neuralmc-model");
  file.set_attribute("/", "version", 2);
  file.create_group("/model");
  file.set_attribute("/model", "name", name);
  write_plain(file, *parts.model);
  write_symmetry(file, parts.group);
  if (target.empty()) return;
  file.create_group("/target");
  for (const auto& [key, value] : target) file.set_attribute("/target", key, value);
}

}  // namespace nmc
