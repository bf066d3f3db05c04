#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <system_error>

#include "core/archive/hdf5_probe.hpp"
#include "core/archive/model_entries.hpp"
#include "core/archive/sealed_file.hpp"
#include "models/autoregressive/causal_file.hpp"
#include "models/autoregressive/recurrent_file.hpp"
#include "models/file/layer_reader.hpp"
#include "models/file/model_file.hpp"
#include "models/flows/bijector_flow.hpp"
#include "models/symmetry/flip_symmetric_spins.hpp"
#include "models/symmetry/symmetrised_flow.hpp"
#include "models/symmetry/symmetrised_spins.hpp"

namespace nmc {
namespace {

using archive::File;

std::unique_ptr<BijectorFlow> read_flow(const File& file) {
  const Index sites = file.int_attribute("/model", "sites");
  require(sites >= 1 && sites < std::numeric_limits<int>::max(),
          fmt::format("{}: /model has {} sites", file.path(), sites));
  refuse_others(
      file, "/model",
      {{"type", "sites", "precision", "name", "layers", "weights_sha256"}, {"layers", "symmetry"}});
  const bool is_single = one_of(file, "/model", "precision", {"float", "double"}) == "float";
  BijectorFlow::Layers layers;
  std::vector<double> parameters;
  for (const auto& name : layer_names(file)) {
    StoredLayer stored = read_layer(file, "/model/layers/" + name, sites);
    parameters.insert(parameters.end(), stored.parameters.begin(), stored.parameters.end());
    layers.push_back(std::move(stored.layer));
  }
  const auto bad = std::ranges::find_if_not(parameters, [](double v) { return std::isfinite(v); });
  require(bad == parameters.end(), file.path() + ": a weight is not a finite number");
  require(!layers.empty(), file.path() + ": the model has no layers");
  check_weights_digest(file, parameters);
  auto flow = std::make_unique<BijectorFlow>(std::move(layers),
                                             is_single ? Precision::single : Precision::twice, 0);
  std::ranges::copy(parameters, flow->parameters().begin());
  flow->parameters_changed();
  return flow;
}

std::vector<SymmetryOperation> read_symmetry(const File& file, Index sites) {
  std::vector<SymmetryOperation> group;
  for (const auto& name : numbered_names(file, "/model/symmetry")) {
    const std::string at = "/model/symmetry/" + name;
    refuse_others(file, at, {{"sign"}, {"permutation"}});
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

std::unique_ptr<Autoregressive> read_unchecked(const File& file, const std::string& type) {
  if (type == "recurrent") return read_recurrent(file);
  if (type == "bernoulli_mixture") return read_mixture(file);
  return read_causal(file);
}

std::unique_ptr<Autoregressive> read_spins(const File& file, const std::string& type) {
  auto network = read_unchecked(file, type);
  check_weights_digest(file, network->parameters());
  return network;
}

/// Files of flows need not say what they are.
std::unique_ptr<Trainable> read_any(const File& file) {
  const bool has_symmetry = file.has("/model/symmetry");
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

/// A file that nmc wrote begins with its checksum; one that a script wrote begins as HDF5 does.
void check_seal(const std::string& path) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(path, ignored) || archive::hdf5::begins_as_plain_hdf5(path))
    return;
  const std::string damage = archive::damage_of_sealed(path, model_file_title);
  require(damage.empty(),
          fmt::format("{} is damaged or no model: {}. Copy it again from where it was made, or "
                      "train it again; where it was changed on purpose, leave the line with the "
                      "checksum away: tail -c +513 {} > new.h5",
                      path, damage, path));
}

}  // namespace

ModelFile read_model(const std::string& path) {
  check_seal(path);
  const File file = File::open(path);
  require(
      file.has_attribute("/", "format") && file.string_attribute("/", "format") == "neuralmc-model",
      path +
          " is an HDF5 file but not a model: the attribute format = \"neuralmc-model\" is "
          "missing (docs/model-file.md)");
  const auto version = file.int_attribute("/", "version");
  require(version == 1 || version == 2,
          fmt::format("{} has version {} of the model layout; this program reads 1 and 2", path,
                      version));
  refuse_others(file, "/", {{"format", "version"}, {"model", "target"}});
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
