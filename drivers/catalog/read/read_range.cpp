#include "drivers/catalog/read/read_range.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "core/options/parse_values.hpp"
#include "drivers/catalog/read/read_lattice.hpp"

namespace nmc::catalog {
namespace {

constexpr std::array kBetaKeys{"beta_min", "beta_max"};

// Nothing of a range where the network is not conditional.
void refuse_ranges(const Options& options) {
  for (const char* key : kBetaKeys)
    if (options.is_given(key)) options.fail(key, "a range of beta goes with conditional = true");
  if (options.has("conditions") && options.is_given("conditions"))
    options.fail("conditions", "ranges of conditions go with conditional = true");
}

ConditionRange read_beta_range(const Options& options, const System& system) {
  if (!options.is_given("beta_min") || !options.is_given("beta_max"))
    options.fail("conditional",
                 "a conditional network needs the range of its temperatures: give beta_min and "
                 "beta_max");
  const ConditionRange range{"beta", options.real("beta_min"), options.real("beta_max")};
  if (range.least >= range.most)
    options.fail("beta_max",
                 fmt::format("beta_max = {} is not above beta_min = {}", range.most, range.least));
  if (!range.holds(system.beta))
    options.fail(system.beta < range.least ? "beta_min" : "beta_max",
                 fmt::format("the network is for beta = {} ... {}, and the system has beta = {}, "
                             "where it is validated: set system.beta inside the range, or widen "
                             "the range",
                             range.least, range.most, system.beta));
  return range;
}

std::vector<std::string> names_of(const System& system) {
  std::vector<std::string> names;
  for (const auto& [name, value] : system.parameters) names.push_back(name);
  return names;
}

std::string advice(const System& system) {
  const std::vector<std::string> names = names_of(system);
  if (names.empty()) return "leave conditions out";
  return fmt::format("{} has {}: write conditions = {} LEAST:MOST", system.name,
                     fmt::join(names, " and "), names.front());
}

/// "m2 -6:-2"
ConditionRange read_one(const Options& options, const System& system, std::string_view text) {
  const auto begin = text.find_first_not_of(' ');
  if (begin == std::string_view::npos)
    options.fail("conditions", fmt::format("nothing stands between two commas or at an end of "
                                           "\"{}\": {}",
                                           options.text("conditions"), advice(system)));
  const auto gap = text.find(' ', begin == std::string_view::npos ? 0 : begin);
  const auto colon = text.find(':', gap == std::string_view::npos ? 0 : gap);
  if (colon == std::string_view::npos || gap == std::string_view::npos)
    options.fail("conditions",
                 fmt::format("\"{}\" is not a name with its range: {}", text, advice(system)));
  const std::string name(text.substr(begin, gap - begin));
  const auto own =
      std::ranges::find(system.parameters, name, &std::pair<std::string, double>::first);
  if (name == "beta")
    options.fail("conditions", "the range of beta has keys of its own: beta_min and beta_max");
  if (own == system.parameters.end())
    options.fail("conditions", fmt::format("{} has no {} that a network could have as an input: {}",
                                           system.name, name, advice(system)));
  const ConditionRange range{
      name, parse_real("model.conditions", std::string(text.substr(gap, colon - gap))),
      parse_real("model.conditions", std::string(text.substr(colon + 1)))};
  if (!range.holds(own->second) || range.least >= range.most)
    options.fail("conditions",
                 fmt::format("{} {}:{} must lead upwards and hold the system's {} = {}, where the "
                             "network is validated: widen it, or set system.{} inside",
                             name, range.least, range.most, name, own->second, name));
  return range;
}

}  // namespace

std::vector<OptionSpec> range_options() {
  return {option::flag("conditional", "false",
                       "one network for a range of temperatures: every layer has beta as an input"),
          option::real("beta_min", "", "[0, inf)", "with conditional: where the range begins"),
          option::real("beta_max", "", "(0, inf)", "with conditional: where it ends")};
}

std::optional<ConditionRange> read_range(const Options& options, const System& system) {
  if (!options.flag("conditional")) {
    refuse_ranges(options);
    return {};
  }
  if (system.spins == nullptr && !system.at_beta)
    options.fail("conditional", fmt::format("{} has no beta: leave conditional out", system.name));
  return read_beta_range(options, system);
}

std::vector<OptionSpec> flow_range_options() {
  std::vector<OptionSpec> options = range_options();
  options.front().help = "one network for a range of conditions, which its layers have as inputs";
  options.push_back(option::text("conditions", "",
                                 "with conditional: ranges of other keys of [system], m2 -6:-2"));
  return options;
}

FlowConditions read_conditions(const Options& options, const System& system) {
  FlowConditions conditions;
  if (!options.flag("conditional")) {
    refuse_ranges(options);
    return conditions;
  }
  const std::string& others = options.text("conditions");
  const bool has_beta =
      std::ranges::any_of(kBetaKeys, [&](const char* key) { return options.is_given(key); });
  if (has_beta && !system.at_beta)
    options.fail(options.is_given("beta_min") ? "beta_min" : "beta_max",
                 fmt::format("{} has no beta: {}", system.name, advice(system)));
  if (others.empty() && !system.at_beta)
    options.fail("conditional", fmt::format("{} has no beta: {}", system.name, advice(system)));
  if (has_beta || others.empty()) conditions.ranges.push_back(read_beta_range(options, system));
  for (std::size_t at = 0; !others.empty() && at <= others.size();) {
    const std::size_t end = std::min(others.find(',', at), others.size());
    conditions.ranges.push_back(
        read_one(options, system, std::string_view(others).substr(at, end - at)));
    at = end + 1;
  }
  at_key(options, "conditions", [&] { check_ranges(conditions.ranges); });
  conditions.own = condition_of(system, conditions.ranges);
  return conditions;
}

}  // namespace nmc::catalog
