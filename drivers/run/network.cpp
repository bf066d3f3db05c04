#include "drivers/run/network.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "core/archive/publish.hpp"
#include "core/options/paths.hpp"
#include "models/autoregressive/causal_model.hpp"
#include "models/flip_symmetric_spins.hpp"
#include "models/model_file.hpp"
#include "models/symmetrised_spins.hpp"

namespace nmc::drivers {
namespace {

/// J of every pair, (i, i) for the field of site i. The order of the bonds does not matter.
std::map<std::pair<Index, Index>, double> couplings(const Graph& graph) {
  std::map<std::pair<Index, Index>, double> J;
  for (const Bond& bond : graph.bonds) J[std::minmax(bond.i, bond.j)] += bond.J;
  for (std::size_t i = 0; i < graph.field.size(); ++i)
    J[{static_cast<Index>(i), static_cast<Index>(i)}] = graph.field[i];
  std::erase_if(J, [](const auto& entry) { return entry.second == 0; });
  return J;
}

/// The first coupling of one that the other does not have; empty where they are the same.
std::string difference(const Graph& network, const Graph& system) {
  const auto own = couplings(network), other = couplings(system);
  const auto [mine, its] = std::ranges::mismatch(own, other);
  const auto K = [](const Graph& graph) {
    return graph.plaquettes.empty() ? 0.0 : graph.plaquettes.front().K;
  };
  if (mine == own.end() && its == other.end())
    return K(network) == K(system)
               ? std::string()
               : fmt::format("K is {} in the network and {} in the system", K(network), K(system));
  const auto pair = its == other.end() || (mine != own.end() && mine->first < its->first)
                        ? mine->first
                        : its->first;
  const auto value = [&](const auto& J) { return J.contains(pair) ? J.at(pair) : 0.0; };
  const std::string name = pair.first == pair.second
                               ? fmt::format("h of site {}", pair.first)
                               : fmt::format("J of sites {} and {}", pair.first, pair.second);
  return fmt::format("{} is {} in the network and {} in the system", name, value(own),
                     value(other));
}

/// A network that has couplings wired into it would still be a correct proposal for others, and a
/// useless one: it is a mistake, such as another seed of the disorder.
void check_couplings(const std::string& path, const Trainable& model,
                     const catalog::System& system) {
  const Model* network = &model;
  if (const auto* mixture = dynamic_cast<const SymmetrisedSpins*>(network))
    network = &mixture->network();
  else if (const auto* flips = dynamic_cast<const FlipSymmetricSpins*>(network))
    network = &flips->network();
  const auto* causal = dynamic_cast<const CausalModel*>(network);
  if (causal == nullptr || causal->spec().couplings.sites == 0 || system.spins == nullptr) return;
  require(
      system.spins->graph().plaquettes.empty(),
      fmt::format("{} is a model of other couplings: it is wired to those of two spins, and the "
                  "system has plaquettes: train a made without couplings = true",
                  path));
  const std::string what = difference(causal->spec().couplings, system.spins->graph());
  require(
      what.empty(),
      fmt::format("{} is a model of other couplings: {}. It has its couplings wired in: give the "
                  "[system] that /target in the file names, or train a network for this one",
                  path, what));
}

/// What to say where the network reads spins alone, so that it proposes for any couplings, and
/// learned others; empty where they are the same or the file does not tell.
std::string note_of_others(const std::string& path, const ModelFile& file,
                           const catalog::System& system) {
  if (system.spins == nullptr || file.target.empty()) return {};
  std::vector<GivenOption> given;
  for (const auto& [key, value] : file.target) given.push_back({"system", key, value, path});
  try {
    const catalog::SystemEntry* entry = nullptr;
    const Options options = resolve_system(given, entry);
    const catalog::System learned = entry->make(options);
    const std::string what = difference(learned.spins->graph(), system.spins->graph());
    if (what.empty()) return {};
    return fmt::format(
        "{} learned other couplings: {}. Its proposals are unbiased here, and may be "
        "poor: train a network for this system, or let it learn in warm-up with "
        "adapt = true",
        path, what);
  } catch (const UserError&) {
    return {};  // couplings from a file that is no longer there
  }
}

/// What to say where the keys of [model] describe another network than the file holds.
std::string note_of_keys(const std::string& path, const ModelFile& file, const Job& job,
                         const catalog::System& system) {
  const auto parameters = [](const Trainable& model) { return model.parameters().size(); };
  const std::string name = job.model.text("name");
  try {
    const auto described = job.model_entry->make(job.model, system, 1);
    const auto* own = dynamic_cast<const Autoregressive*>(file.model.get());
    const auto* other = dynamic_cast<const Autoregressive*>(described.get());
    const bool is_same_order =
        own == nullptr || other == nullptr || std::ranges::equal(own->order(), other->order());
    if ((file.name.empty() || file.name == name) && is_same_order &&
        parameters(*file.model) == parameters(*described))
      return {};
    return fmt::format(
        "{} holds a network {} of {} parameters, which is used as it is; the keys of [model] "
        "describe a {} of {}{} and are ignored",
        path, file.name, parameters(*file.model), name, parameters(*described),
        is_same_order ? "" : " in another order");
  } catch (const UserError&) {
    return {};  // described for a system of another kind
  }
}

}  // namespace

void take_beta(const std::string& path, double beta, Trainable& model) {
  if (!model.beta_range()) return;
  try {
    model.set_beta(beta);
  } catch (const UserError& error) {
    throw UserError(fmt::format("{}: {}", path, error.what()));
  }
}

void write_network(const std::string& path, const Job& job, const Trainable& model) {
  std::map<std::string, std::string> target;
  for (const ResolvedOption& option : job.system.all())
    if (!option.value.empty()) target[option.spec.name] = stored_value(option);
  archive::publish_file(
      path, [&](archive::File& file) { write_model(file, model, job.model.text("name"), target); });
}

StoredNetwork read_network(const std::string& path, const Job& job, const catalog::System& system) {
  ModelFile file = read_model(path);
  const auto entry = [&](const char* key) {
    const auto it = file.target.find(key);
    return it == file.target.end() ? std::string() : it->second;
  };
  const Index sites = system.target->sites();
  if (file.model->sites() != sites) {
    const std::string beta = entry("beta").empty() ? "" : " at beta " + entry("beta");
    throw UserError(fmt::format("{} was trained for {} sites{}; the system has {} sites", path,
                                file.model->sites(), beta, sites));
  }
  const std::string trained_for = entry("name");
  require(trained_for.empty() || trained_for == job.system.text("name"),
          fmt::format("{} was trained for system {}; the job has system {}", path, trained_for,
                      job.system.text("name")));
  check_couplings(path, *file.model, system);
  take_beta(path, system.beta, *file.model);
  std::string note = note_of_others(path, file, system);
  const std::string of_keys = note_of_keys(path, file, job, system);
  if (!note.empty() && !of_keys.empty()) note += '\n';
  note += of_keys;
  return {std::move(file.model), std::move(note)};
}

}  // namespace nmc::drivers
