#include "drivers/training/network.hpp"

#include <fmt/format.h>

#include <map>
#include <utility>
#include <vector>

#include "core/archive/sealed_file.hpp"
#include "core/options/paths.hpp"
#include "drivers/catalog/own/user_model.hpp"
#include "drivers/training/network_notes.hpp"

namespace nmc::drivers {
namespace {

/// A network that has couplings wired into it would still be a correct proposal for others, and a
/// useless one: it is a mistake, such as another seed of the disorder.
void check_couplings(const std::string& path, const Trainable& model, const System& system) {
  const Graph* const couplings = model.abilities().couplings;
  if (couplings == nullptr || system.spins == nullptr) return;
  require(
      system.spins->graph().plaquettes.empty() || !couplings->plaquettes.empty(),
      fmt::format("{} is a model of other couplings: it is wired to those of two spins, and the "
                  "system has plaquettes: train a made without couplings = true",
                  path));
  const std::string what = coupling_difference(*couplings, system.spins->graph());
  require(
      what.empty(),
      fmt::format("{} is a model of other couplings: {}. It has its couplings wired in: give the "
                  "[system] that /target in the file names, or train a network for this one",
                  path, what));
}

}  // namespace

void take_condition(const std::string& path, const Condition& condition, Trainable& model) {
  try {
    model.set_condition(condition);
  } catch (const UserError& error) {
    throw UserError(fmt::format("{}: {}", path, error.what()));
  }
}

void take_condition_of(const std::string& path, const System& system, Trainable& model) {
  const std::vector<ConditionRange> ranges = model.conditions();
  if (!ranges.empty()) take_condition(path, condition_of(system, ranges), model);
}

void write_network(const std::string& path, const Job& job, const Trainable& model) {
  std::map<std::string, std::string> target;
  for (const ResolvedOption& option : job.system.all())
    if (!option.value.empty()) target[option.spec.name] = stored_value(option);
  archive::publish_sealed(path, model_file_title, [&](archive::File& file) {
    write_model(file, model, job.model.text("name"), target);
  });
}

StoredNetwork read_network(const std::string& path, const Job& job, const System& system) {
  ModelFile file = read_model(path, catalog::read_own_model);
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
  // What is distilled from a network serves the system of that one, which its file does not name.
  const bool is_distilled = trained_for == "flow_density";
  require(trained_for.empty() || is_distilled || trained_for == job.system.text("name"),
          fmt::format("{} was trained for system {}; the job has system {}. It would propose "
                      "rightly there, and as if it had not been trained, which is a mistake more "
                      "often than a wish: train a network for this system; where it is meant, "
                      "leave /target out of a copy of the file (docs/model-file.md)",
                      path, trained_for, job.system.text("name")));
  check_couplings(path, *file.model, system);
  take_condition_of(path, system, *file.model);
  NetworkNotes notes = network_notes(path, file, job, system);
  return {std::move(file.model), std::move(notes)};
}

}  // namespace nmc::drivers
