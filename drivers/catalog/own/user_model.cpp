#include "drivers/catalog/own/user_model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "core/archive/file.hpp"
#include "core/archive/model_entries.hpp"
#include "core/options/spelled_default.hpp"
#include "drivers/catalog/catalog.hpp"
#include "drivers/catalog/read/read_order.hpp"

namespace nmc::catalog {
namespace {

void check_support(const OwnModel& own, const Options& options, const System& system) {
  if (own.support == Support::spin)
    require_spins(options, system);
  else
    require_reals(options, system);
  if (own.model->sites() != system.target->sites())
    options.fail("name", fmt::format("{} is made for {} sites and {} has {}: make it for the "
                                     "System that its constructor is given",
                                     options.text("name"), own.model->sites(), system.name,
                                     system.target->sites()));
}

/// The attributes of a group as values of a section.
std::vector<GivenOption> given_in(const archive::File& file, const std::string& group,
                                  const std::string& section) {
  std::vector<GivenOption> given;
  for (const std::string& key : file.attributes(group))
    given.push_back({section, key, file.string_attribute(group, key),
                     group + " of " + file.path() + std::string(spelled_default)});
  return given;
}

Options resolve_entry(const std::string& section, std::vector<GivenOption> given,
                      const Entry& entry) {
  std::vector<OptionSpec> specs{option::text("name", entry.name, "")};
  specs.insert(specs.end(), entry.options.begin(), entry.options.end());
  return resolve_section(section, given, specs, "");
}

}  // namespace

ModelEntry user_model(const UserKeys& keys, const MakeOwnModel& make) {
  ModelEntry entry;
  entry.name = keys.name;
  entry.summary = "a network of this program";
  entry.options = keys.options;
  entry.example = fmt::format("[model]\nname = {}\n", keys.name);
  entry.make = [make, specs = keys.options](const Options& options, const System& system,
                                            std::uint64_t seed) {
    OwnModel own = make(options, system);
    check_support(own, options, system);
    for (const OptionSpec& spec : specs)
      if (!options.text(spec.name).empty()) own.weights->keys[spec.name] = options.text(spec.name);
    own.weights->start(seed);
    own.model->parameters_changed();
    return std::move(own.model);
  };
  return entry;
}

std::unique_ptr<Trainable> read_own_model(const archive::File& file, const std::string& group) {
  const std::string name = file.string_attribute(group, "name");
  const auto entry = std::ranges::find(models(), name, &ModelEntry::name);
  require(entry != models().end() && !entry->origin.empty(),
          fmt::format("{} holds a network {} of another program's own: read it by the program "
                      "that trained it, or give the plug-in that registers it, nmc --plugin FILE",
                      file.path(), name));
  refuse_others(file, group, {{"type", "name", "weights_sha256"}, {"keys", "parameters"}});
  require(file.is_group("/target") && file.has_attribute("/target", "name"),
          file.path() + ": a network of a program's own needs /target, which says its system");
  const SystemEntry& target =
      find_system(file.string_attribute("/target", "name"), file.path() + ": ");
  const System system =
      make_system(target, resolve_entry("system", given_in(file, "/target", "system"), target));
  auto model = entry->make(resolve_entry("model", given_in(file, group + "/keys", "model"), *entry),
                           system, 0);
  const std::vector<double> weights = file.read_doubles(group + "/parameters");
  require(weights.size() == model->parameters().size(),
          fmt::format("{} holds {} parameters of {}, and this program's has {}: it is another "
                      "version of the class; train it again",
                      file.path(), weights.size(), name, model->parameters().size()));
  check_weights_digest(file, group, weights);
  std::ranges::copy(weights, model->parameters().begin());
  model->parameters_changed();
  return model;
}

}  // namespace nmc::catalog
