#include "drivers/training/stated_network.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "core/errors.hpp"
#include "core/options/parse_values.hpp"
#include "core/options/spelled_default.hpp"
#include "drivers/catalog/catalog.hpp"
#include "drivers/catalog/own/user_model.hpp"
#include "drivers/training/network.hpp"
#include "models/flows/map/bijector_flow.hpp"

namespace nmc::drivers {
namespace {

using Given = std::vector<GivenOption>;

/// UserError for a value on the command line that means nothing to a network in a file: beta does,
/// and what else it has as an input.
void check_given(const Given& given, const Trainable& model) {
  std::vector<std::string> known{"--system.beta"};
  for (const ConditionRange& input : model.conditions())
    if (input.name != "beta") known.push_back("--system." + input.name);
  for (const GivenOption& value : given)
    require(
        std::ranges::find(known, fmt::format("--{}.{}", value.section, value.key)) != known.end(),
        fmt::format("{}: a network in a file takes {} and no other value; the file says the rest",
                    value.origin, fmt::join(known, ", ")));
}

/// The condition that was given to a network that comes with no target.
Condition given_condition(const std::string& path, const Given& given,
                          const std::vector<ConditionRange>& inputs) {
  require(!inputs.empty(),
          fmt::format("{}: {} holds a network of one condition and no target: there is nothing "
                      "whose {} could be set; leave it out",
                      given.front().origin, path, given.front().key));
  Condition condition;
  for (const ConditionRange& input : inputs) {
    const GivenOption* value = nullptr;  // the last one counts
    for (const GivenOption& option : given)
      if (option.key == input.name) value = &option;
    require(value != nullptr,
            fmt::format("{} has {} inputs and no target: give --system.{} as well", path,
                        inputs.size(), input.name));
    condition.values.push_back(parse_real("system." + input.name, value->value));
  }
  return condition;
}

/// As for sampling: the network, where it is a conditional one, and the target are at what was
/// given.
void set_condition(const std::string& path, const Given& given, StatedNetwork& network) {
  Trainable& model = *network.file.model;
  if (network.system.target != nullptr)
    take_condition_of(path, network.system, model);
  else
    take_condition(path, given_condition(path, given, model.conditions()), model);
}

}  // namespace

System stated_system(const std::map<std::string, std::string>& target, const Given& instead) {
  if (target.empty()) return {};
  const auto is_given = [&](const std::string& key) {
    return std::ranges::find(instead, key, &GivenOption::key) != instead.end();
  };
  std::vector<GivenOption> given = instead;
  for (const auto& [key, value] : target)
    if (!is_given(key) && !(key == "T" && is_given("beta")))
      given.push_back(
          {"system", key, value, "/target of the model file" + std::string(spelled_default)});
  const auto name = target.find("name");
  require(name != target.end(), "/target of the model file lacks the attribute name");
  const auto& entry = catalog::find_system(name->second, "/target of the model file: ");
  std::vector<OptionSpec> specs{option::text("name", "", "system")};
  specs.insert(specs.end(), entry.options.begin(), entry.options.end());
  return entry.make(resolve_section("system", given, specs, ""));
}

StatedNetwork load_network(const std::string& path, const Given& given) {
  StatedNetwork network;
  network.file = read_model(path, catalog::read_own_model);
  // U_sym is a notion of this type alone, and `nmc evaluate` the one place that prints it.
  network.mixture = dynamic_cast<const SymmetrisedFlow*>(network.file.model.get());
  network.flow = network.file.model->abilities().flow;
  check_given(given, *network.file.model);
  network.system = stated_system(network.file.target, given);
  if (network.system.target)
    require(network.system.target->sites() == network.file.model->sites(),
            fmt::format("{}: the network has {} sites, its target {}", path,
                        network.file.model->sites(), network.system.target->sites()));
  if (!given.empty()) set_condition(path, given, network);
  return network;
}

}  // namespace nmc::drivers
