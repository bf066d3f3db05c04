#include "drivers/training/network_notes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "core/options/paths.hpp"
#include "core/options/spelled_default.hpp"
#include "core/options/sweep_values.hpp"
#include "drivers/job/resolve_named.hpp"

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

/// What to say where the network reads spins alone, so that it proposes for any couplings, and
/// learned others; empty where they are the same or the file does not tell.
std::string note_of_others(const std::string& path, const ModelFile& file, const System& system) {
  if (system.spins == nullptr || file.target.empty()) return {};
  std::vector<GivenOption> given;
  for (const auto& [key, value] : file.target)
    given.push_back({"system", key, value, path + std::string(spelled_default)});
  try {
    const catalog::SystemEntry* entry = nullptr;
    const Options options = resolve_system(given, entry);
    const System learned = entry->make(options);
    if (learned.spins == nullptr) return {};  // said as another system
    const std::string what = coupling_difference(learned.spins->graph(), system.spins->graph());
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

/// The beta of a /target, or that of its T; none where it has neither.
std::optional<double> trained_beta_of(const std::map<std::string, std::string>& target) {
  const auto number = [&](const char* key) {
    const auto it = target.find(key);
    return it == target.end() ? std::nullopt : number_value(it->second);
  };
  if (const auto beta = number("beta")) return beta;
  const auto T = number("T");
  return T ? std::optional(1 / *T) : std::nullopt;
}

/// Keys of [system] that name the temperature, or couplings that are compared one by one.
bool is_compared_elsewhere(const std::string& key, const System& system) {
  return key == "name" || key == "beta" || key == "T" || system.spins != nullptr;
}

bool has_input(const Trainable& model, const std::string& name) {
  const std::vector<ConditionRange> inputs = model.conditions();
  return std::ranges::find(inputs, name, &ConditionRange::name) != inputs.end();
}

/// What else a system of the file is: "beta is 0.44 in the network and 0.5 in the system".
std::string other_condition(const ModelFile& file, const Job& job, const System& system) {
  const std::optional<double> beta = trained_beta_of(file.target);
  // A rounding of 1/T is no other temperature.
  if (beta && !has_input(*file.model, "beta") &&
      std::abs(*beta - system.beta) > 1e-12 * std::abs(system.beta))
    return fmt::format("beta is {} in the network and {} in the system", *beta, system.beta);
  for (const ResolvedOption& option : job.system.all()) {
    const std::string& key = option.spec.name;
    const auto it = file.target.find(key);
    if (it == file.target.end() || is_compared_elsewhere(key, system) ||
        has_input(*file.model, key))
      continue;
    if (canonical_value(it->second) != canonical_value(stored_value(option)))
      return fmt::format("{} is {} in the network and {} in the system", key, it->second,
                         option.value);
  }
  return {};
}

/// What to say where the network was trained at another temperature, or for other keys of [system]:
/// as a proposal it is right there as well, and worse.
std::string note_of_condition(const std::string& path, const ModelFile& file, const Job& job,
                              const System& system) {
  const std::string what = other_condition(file, job, system);
  if (what.empty()) return {};
  return fmt::format(
      "{} was trained for another system: {}. What it proposes is accepted or rejected for this "
      "one, so that results are unbiased, and may be poor: train a network for it, or one with "
      "conditional = true",
      path, what);
}

/// What to say where the keys of [model] describe another network than the file holds.
std::string note_of_keys(const std::string& path, const ModelFile& file, const Job& job,
                         const System& system) {
  const auto parameters = [](const Trainable& model) { return model.parameters().size(); };
  const std::string name = job.model.text("name");
  try {
    const auto described = job.model_entry->make(job.model, system, 1);
    const Autoregressive* const own = file.model->abilities().tokens;
    const Autoregressive* const other = described->abilities().tokens;
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

std::string coupling_difference(const Graph& network, const Graph& system) {
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

NetworkNotes network_notes(const std::string& path, const ModelFile& file, const Job& job,
                           const System& system) {
  NetworkNotes notes{{"network_couplings", note_of_others(path, file, system)},
                     {"network_system", note_of_condition(path, file, job, system)},
                     {"network_keys", note_of_keys(path, file, job, system)}};
  std::erase_if(notes, [](const NetworkNote& note) { return note.message.empty(); });
  return notes;
}

}  // namespace nmc::drivers
