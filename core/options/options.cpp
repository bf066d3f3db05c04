#include "core/options/options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "core/errors.hpp"
#include "core/options/did_you_mean.hpp"
#include "core/options/parse_values.hpp"
#include "core/options/paths.hpp"
#include "core/options/spelled_default.hpp"

namespace nmc {

bool is_unset(const GivenOption& option) {
  return option.value.empty() && option.origin.starts_with("--");
}

Options::Options(std::string section, std::vector<ResolvedOption> values)
    : section_(std::move(section)), values_(std::move(values)) {}

const ResolvedOption& Options::find(std::string_view name) const {
  const auto it =
      std::ranges::find_if(values_, [&](const auto& value) { return value.spec.name == name; });
  if (it == values_.end())
    throw std::logic_error(fmt::format("no option {}.{} in the table", section_, name));
  return *it;
}

bool Options::has(std::string_view name) const {
  return std::ranges::any_of(values_, [&](const auto& value) { return value.spec.name == name; });
}

bool Options::is_given(std::string_view name) const {
  return find(name).origin != "default";
}

const std::string& Options::text(std::string_view name) const {
  return find(name).value;
}

Index Options::integer(std::string_view name) const {
  return parse_integer(name, text(name));
}

double Options::real(std::string_view name) const {
  return parse_real(name, text(name));
}

bool Options::flag(std::string_view name) const {
  return parse_flag(name, text(name));
}

double Options::seconds(std::string_view name) const {
  return parse_duration(name, text(name));
}

std::vector<std::string> Options::list(std::string_view name) const {
  return parse_list(text(name));
}

std::vector<Index> Options::integers(std::string_view name) const {
  const auto values = parse_integers(name, text(name));
  return {values.begin(), values.end()};
}

std::vector<double> Options::reals(std::string_view name) const {
  return parse_reals(name, text(name));
}

Options Options::with(std::string_view name, const std::string& value,
                      const std::string& origin) const {
  Options changed = *this;
  for (ResolvedOption& option : changed.values_)
    if (option.spec.name == name) option = {option.spec, value, origin};
  return changed;
}

Options Options::without(std::string_view name) const {
  Options changed = *this;
  for (ResolvedOption& option : changed.values_)
    if (option.spec.name == name) option = {option.spec, option.spec.fallback, "default"};
  return changed;
}

const std::string& Options::origin(std::string_view name) const {
  return find(name).origin;
}

std::string Options::where(std::string_view name) const {
  const std::string& place = origin(name);
  return place == "default" || place == "the program" ? "" : place + ": ";
}

void Options::fail(std::string_view name, const std::string& message) const {
  throw UserError(where(name) + message);
}

namespace {

void refuse_unknown_keys(const std::string& section, std::span<const GivenOption> given,
                         std::span<const OptionSpec> specs, const std::string& help) {
  std::vector<std::string> names;
  for (const auto& spec : specs) names.push_back(spec.name);
  for (const auto& option : given) {
    if (option.section != section || std::ranges::find(names, option.key) != names.end()) continue;
    throw UserError(fmt::format("{}: unknown key \"{}\" in [{}]{} {}", option.origin, option.key,
                                section, did_you_mean(option.key, names), help));
  }
}

ResolvedOption resolve_one(const std::string& section, std::span<const GivenOption> given,
                           const OptionSpec& spec) {
  const auto it = std::ranges::find_if(given, [&](const GivenOption& option) {
    return option.section == section && option.key == spec.name;
  });
  if (it == given.end() || is_unset(*it)) {
    require(!spec.is_required,
            fmt::format("[{}] lacks {}: {} ({})", section, spec.name, spec.help, type_words(spec)));
    return {spec, spec.fallback, "default"};
  }
  // "key =" says nothing where nothing is also the default; a resolved.ini has such lines.
  if (it->value.empty() && spec.fallback.empty() && !spec.is_required) return {spec, "", "default"};
  if (it->value == spec.fallback && it->origin.ends_with(spelled_default))
    return {spec, it->value, "default"};
  try {
    check_value(spec, it->value);
    return {spec, located(spec, it->value, it->base), it->origin};
  } catch (const UserError& error) {
    throw UserError(it->origin + ": " + error.what());
  }
}

}  // namespace

Options resolve_section(const std::string& section, std::span<const GivenOption> given,
                        std::span<const OptionSpec> specs, const std::string& help) {
  refuse_unknown_keys(section, given, specs, help);
  std::vector<ResolvedOption> values;
  for (const OptionSpec& spec : specs) values.push_back(resolve_one(section, given, spec));
  return {section, std::move(values)};
}

}  // namespace nmc
