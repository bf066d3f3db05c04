#include "models/file/layer_reader.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>

#include "core/archive/model_entries.hpp"
#include "core/errors.hpp"
#include "models/flows/coupling.hpp"
#include "models/flows/elementary.hpp"
#include "models/flows/free_field.hpp"

namespace nmc {
namespace {

using archive::File;
using archive::Shape;

/// Runs a reader; what the layer itself finds wrong is said with its place in the file.
template <class Read>
auto at(const File& file, const std::string& group, const Read& read) {
  try {
    return read();
  } catch (const UserError& error) {
    const std::string what = error.what();
    if (what.starts_with(file.path())) throw;
    throw UserError(fmt::format("{}: {}: {}", file.path(), group, what));
  }
}

std::vector<int> read_int_vector(const File& file, const std::string& dataset) {
  require(file.has(dataset),
          fmt::format("{}: {} is missing (docs/model-file.md)", file.path(), dataset));
  refuse_others(file, dataset, {});
  const auto numbers = file.read_ints(dataset);
  // No site, mask or orbit is beyond an int.
  for (const std::int64_t number : numbers)
    require(number >= 0 && number < std::numeric_limits<int>::max(),
            fmt::format("{}: {} holds {}, which is out of range", file.path(), dataset, number));
  return {numbers.begin(), numbers.end()};
}

std::vector<int> hidden_widths(const File& file, const std::string& net) {
  std::vector<int> hidden;
  for (int k = 0; file.has(fmt::format("{}/W{}", net, k)); ++k) {
    const Shape shape = file.shape(fmt::format("{}/W{}", net, k));
    require(shape.size() == 3 && shape[1] >= 1 && shape[1] < std::numeric_limits<int>::max(),
            fmt::format("{}: {}/W{} must be (couplings, outputs, inputs)", file.path(), net, k));
    hidden.push_back(static_cast<int>(shape[1]));
  }
  require(hidden.size() >= 2, fmt::format("{}: {} needs W0 and W1 at least", file.path(), net));
  KnownEntries known;
  for (std::size_t k = 0; k < hidden.size(); ++k) {
    known.children.push_back(fmt::format("W{}", k));
    known.children.push_back(fmt::format("b{}", k));
  }
  if (net.back() == 's') known.children.emplace_back("scale");
  refuse_others(file, net, known);
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
  refuse_others(file, group,
                {{"type", "kind", "activation"},
                 spec.is_affine ? std::vector<std::string>{"sites", "mask", "t", "s"}
                                : std::vector<std::string>{"sites", "mask", "t"}});
  const auto flat = read_int_vector(file, group + "/sites");
  const auto mask = read_int_vector(file, group + "/mask");
  const Shape shape = file.shape(group + "/sites");
  require(shape.size() == 2 && shape[0] > 0 && shape[1] > 0,
          fmt::format("{}: {}/sites must be (patches, sites of a patch)", file.path(), group));
  const Index p = shape[1];
  require_shape(file, group + "/mask", {std::ssize(mask) / p, p});
  require(std::ranges::all_of(mask, [](int m) { return m <= 1; }),
          fmt::format("{}: {}/mask holds more than 0 and 1", file.path(), group));
  for (auto at = flat.begin(); at != flat.end(); at += p) spec.patches.emplace_back(at, at + p);
  for (auto at = mask.begin(); at != mask.end(); at += p) spec.masks.emplace_back(at, at + p);
  spec.hidden = hidden_widths(file, group + "/t");
  require(!spec.is_affine || hidden_widths(file, group + "/s") == spec.hidden,
          fmt::format("{}: {} has nets of different widths", file.path(), group));
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

/// Extents of a lattice of that many sites.
std::vector<Index> read_extents(const File& file, const std::string& dataset, Index sites) {
  const std::vector<int> shape = read_int_vector(file, dataset);
  Index left = sites;
  for (const int extent : shape) {
    require(extent >= 1 && left % extent == 0,
            fmt::format("{}: {} is no shape of {} sites", file.path(), dataset, sites));
    left /= extent;
  }
  require(left == 1, fmt::format("{}: {} is no shape of {} sites", file.path(), dataset, sites));
  return {shape.begin(), shape.end()};
}

StoredLayer read_unplaced(const File& file, const std::string& group, Index sites) {
  const std::string type =
      one_of(file, group, "type", {"coupling", "permutation", "scaling", "free_field"});
  if (type == "coupling") return read_coupling(file, group, sites);
  if (type == "permutation") refuse_others(file, group, {{"type"}, {"permutation"}});
  if (type == "scaling") refuse_others(file, group, {{"type"}, {"log_scale"}});
  if (type == "free_field")
    refuse_others(file, group, {{"type"}, {"shape", "orbit", "log_amplitude"}});
  if (type == "permutation")
    return {std::make_unique<PermutationLayer>(read_int_vector(file, group + "/permutation")), {}};
  if (type == "scaling") {
    require_shape(file, group + "/log_scale", {sites});
    return {std::make_unique<ScalingLayer>(sites), file.read_doubles(group + "/log_scale")};
  }
  const std::vector<Index> extents = read_extents(file, group + "/shape", sites);
  const std::vector<int> orbit = read_int_vector(file, group + "/orbit");
  require(std::ranges::all_of(orbit, [&](int o) { return o < sites; }),
          fmt::format("{}: {}/orbit numbers more orbits than sites", file.path(), group));
  auto layer = std::make_unique<FreeFieldLayer>(extents, orbit);
  require_shape(file, group + "/log_amplitude", {layer->parameter_count()});
  return {std::move(layer), file.read_doubles(group + "/log_amplitude")};
}

}  // namespace

StoredLayer read_layer(const File& file, const std::string& group, Index sites) {
  StoredLayer stored = at(file, group, [&] { return read_unplaced(file, group, sites); });
  require(stored.layer->sites() == sites,
          fmt::format("{}: {} acts on {} sites and the model has {}", file.path(), group,
                      stored.layer->sites(), sites));
  return stored;
}

}  // namespace nmc
