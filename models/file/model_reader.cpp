#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <system_error>

#include "core/archive/hdf5_probe.hpp"
#include "core/archive/model_entries.hpp"
#include "core/archive/sealed_file.hpp"
#include "core/roles/stored.hpp"
#include "models/autoregressive/bernoulli_mixture.hpp"
#include "models/autoregressive/causal_model.hpp"
#include "models/autoregressive/recurrent_model.hpp"
#include "models/born_machines/born_machine.hpp"
#include "models/born_machines/tree_machine.hpp"
#include "models/circuits/circuit_model.hpp"
#include "models/file/model_file.hpp"
#include "models/flows/map/bijector_flow.hpp"
#include "models/generators/generator_file.hpp"
#include "models/symmetry/flip_symmetric_spins.hpp"
#include "models/symmetry/symmetrised_flow.hpp"
#include "models/symmetry/symmetrised_spins.hpp"
#include "models/tensor_networks/tensor_network.hpp"

namespace nmc {
namespace {

using archive::File;

const char* const kModel = "/model";
const char* const kOwn = "own";
constexpr std::array<const char*, 2> kMachines{"rbm", "dbm"};

constexpr std::array<Reader<std::unique_ptr<Flow>>, 1> kFlows{{{"flow", BijectorFlow::read}}};
constexpr std::array<Reader<std::unique_ptr<Autoregressive>>, 7> kSpinNetworks{
    {{"autoregressive", CausalModel::read},
     {"recurrent", RecurrentModel::read},
     {"bernoulli_mixture", BernoulliMixture::read},
     {"tensor_network", TensorNetwork::read},
     {"mps", BornMachine::read},
     {"tree", TreeMachine::read},
     {"circuit", CircuitModel::read}}};

/// Files of flows need not say what they are.
std::string type_of(const File& file) {
  if (!file.has_attribute(kModel, "type")) return std::string(kFlows.front().type);
  std::vector<std::string> types = types_in(kFlows);
  for (std::string& type : types_in(kSpinNetworks)) types.push_back(std::move(type));
  types.emplace_back(kOwn);
  const std::string type = file.string_attribute(kModel, "type");
  require(
      type != "jastrow" && !type.ends_with("_wave"),
      fmt::format("{} holds a wave function ({}), which is walked on and not drawn with a known "
                  "ln q: it can neither propose nor be evaluated as a network. nmc run with "
                  "mode = ground_state and model.file, and nmc latent --renyi take it",
                  file.path(), type));
  return one_of(file, kModel, "type", types);
}

std::unique_ptr<Trainable> read_any(const File& file, const OwnReader& own) {
  const std::string type = type_of(file);
  if (type == kOwn) {
    require(own != nullptr, file.path() +
                                " holds a network of a program's own class: read it by that "
                                "program, or with its plug-in");
    return own(file, kModel);
  }
  if (const auto* reader = find_reader(kFlows, type)) {
    auto flow = reader->read(file, kModel);
    std::vector<SymmetryOperation> group = read_symmetry(file, kModel, flow->sites());
    if (group.empty()) return flow;
    return std::make_unique<SymmetrisedFlow>(std::move(flow), std::move(group));
  }
  return read_spin_network(file, kModel);
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

File open_model_file(const std::string& path, const std::vector<std::string>& groups) {
  check_seal(path);
  File file = File::open(path);
  require(
      file.has_attribute("/", "format") && file.string_attribute("/", "format") == "neuralmc-model",
      path +
          " is an HDF5 file but not a model: the attribute format = \"neuralmc-model\" is "
          "missing (docs/model-file.md)");
  const auto version = file.int_attribute("/", "version");
  require(version == 1 || version == 2,
          fmt::format("{} has version {} of the model layout; this program reads 1 and 2", path,
                      version));
  refuse_others(file, "/", {{"format", "version"}, groups});
  require(file.is_group("/model"), path + ": /model is missing (docs/model-file.md)");
  return file;
}

std::vector<std::string> spin_network_types() {
  return types_in(kSpinNetworks);
}

std::unique_ptr<Trainable> read_spin_network(const File& file, const std::string& group) {
  const std::string type = one_of(file, group, "type", types_in(kSpinNetworks));
  auto network = find_reader(kSpinNetworks, type)->read(file, group);
  check_weights_digest(file, group, network->parameters());
  std::vector<SymmetryOperation> images = read_symmetry(file, group, network->sites());
  if (images.empty()) return network;
  // A flip of all spins leaves the order alone: that mixture is autoregressive.
  if (images == z2_group(network->sites()))
    return std::make_unique<FlipSymmetricSpins>(std::move(network));
  return std::make_unique<SymmetrisedSpins>(std::move(network), std::move(images));
}

ModelFile read_model(const std::string& path, const OwnReader& own) {
  const File file = open_model_file(path, {"model", "target"});
  for (const char* const machine : kMachines)
    require(
        !file.has_attribute("/model", "type") || file.string_attribute("/model", "type") != machine,
        fmt::format("{} holds a Boltzmann machine, whose density is known up to its Z: sample "
                    "it as [system] name = {}, file = {}",
                    path, machine, path));
  if (file.has_attribute("/model", "type")) {
    const std::string reason = why_no_proposal(file.string_attribute("/model", "type"));
    require(reason.empty(), path + " holds " + reason);
  }
  ModelFile result;
  result.model = read_any(file, own);
  if (file.has_attribute("/model", "name")) result.name = file.string_attribute("/model", "name");
  if (file.is_group("/target"))
    for (const auto& key : file.attributes("/target"))
      result.target[key] = file.string_attribute("/target", key);
  return result;
}

}  // namespace nmc
