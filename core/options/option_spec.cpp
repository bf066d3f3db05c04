#include "core/options/option_spec.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/errors.hpp"
#include "core/options/did_you_mean.hpp"
#include "core/options/number_text.hpp"
#include "core/options/parse_values.hpp"

namespace nmc {
namespace option {

OptionSpec text(std::string name, std::string fallback, std::string help) {
  return {std::move(name), OptionType::text, std::move(fallback), "", {}, std::move(help)};
}

OptionSpec integer(std::string name, std::string fallback, std::string range, std::string help) {
  return {std::move(name), OptionType::integer, std::move(fallback), std::move(range), {},
          std::move(help)};
}

OptionSpec real(std::string name, std::string fallback, std::string range, std::string help) {
  return {std::move(name), OptionType::real, std::move(fallback), std::move(range), {},
          std::move(help)};
}

OptionSpec flag(std::string name, std::string fallback, std::string help) {
  return {std::move(name), OptionType::flag, std::move(fallback), "", {}, std::move(help)};
}

OptionSpec duration(std::string name, std::string fallback, std::string help) {
  return {std::move(name), OptionType::duration, std::move(fallback), "", {}, std::move(help)};
}

OptionSpec choice(std::string name, std::string fallback, std::vector<std::string> choices,
                  std::string help) {
  return {std::move(name),    OptionType::choice, std::move(fallback), "",
          std::move(choices), std::move(help)};
}

OptionSpec text_list(std::string name, std::string fallback, std::string help) {
  return {std::move(name), OptionType::text_list, std::move(fallback), "", {}, std::move(help)};
}

OptionSpec integers(std::string name, std::string fallback, std::string range, std::string help) {
  return {std::move(name), OptionType::integer_list, std::move(fallback), std::move(range), {},
          std::move(help)};
}

OptionSpec reals(std::string name, std::string fallback, std::string range, std::string help) {
  return {std::move(name), OptionType::real_list, std::move(fallback), std::move(range), {},
          std::move(help)};
}

OptionSpec required(OptionSpec spec) {
  spec.is_required = true;
  return spec;
}

OptionSpec with_hint(OptionSpec spec, std::string hint) {
  spec.hint = std::move(hint);
  return spec;
}

OptionSpec with_path(OptionSpec spec, PathForm path) {
  spec.path = path;
  return spec;
}

}  // namespace option

namespace {

const char* type_name(OptionType type) {
  switch (type) {
    case OptionType::text:
      return "text";
    case OptionType::integer:
      return "integer";
    case OptionType::real:
      return "number";
    case OptionType::flag:
      return "true or false";
    case OptionType::duration:
      return "duration such as 60s, 5min or 01:00:00";
    case OptionType::choice:
      return "one of";
    case OptionType::text_list:
      return "list of names";
    case OptionType::integer_list:
      return "list of integers";
    case OptionType::real_list:
      return "list of numbers";
  }
  return "";
}

[[noreturn]] void refuse_range(const OptionSpec& spec, const std::string& text) {
  throw UserError(fmt::format("{} = {} is out of range: it must lie in {}{}{}", spec.name, text,
                              spec.range, spec.hint.empty() ? "" : "; ", spec.hint));
}

template <class Number>
void check_range(const OptionSpec& spec, Number value, const std::string& text) {
  if (!spec.range.empty() && !parse_interval(spec.range).contains(value)) refuse_range(spec, text);
}

void check_integer(const OptionSpec& spec, const std::string& text) {
  // The limit of the key says more than that of all integers.
  if (!spec.range.empty() && is_too_large_integer(text)) {
    const Interval range = parse_interval(spec.range);
    if (std::isfinite(range.low) && std::isfinite(range.high)) refuse_range(spec, text);
  }
  check_range(spec, parse_integer(spec.name, text), text);
}

void check_choice(const OptionSpec& spec, const std::string& value) {
  const bool is_known = std::ranges::find(spec.choices, value) != spec.choices.end();
  require(is_known, fmt::format("unknown {} \"{}\"{} (one of {})", spec.name, value,
                                did_you_mean(value, spec.choices), fmt::join(spec.choices, ", ")));
}

}  // namespace

std::string type_words(const OptionSpec& spec) {
  std::string words = type_name(spec.type);
  if (spec.type == OptionType::choice) words += fmt::format(" {}", fmt::join(spec.choices, ", "));
  if (!spec.range.empty()) words += " in " + spec.range;
  return words;
}

void check_value(const OptionSpec& spec, const std::string& value) {
  const std::string& name = spec.name;
  switch (spec.type) {
    case OptionType::text:
      return;
    case OptionType::integer:
      return check_integer(spec, value);
    case OptionType::real:
      return check_range(spec, parse_real(name, value), value);
    case OptionType::flag:
      parse_flag(name, value);
      return;
    case OptionType::duration:
      parse_duration(name, value);
      return;
    case OptionType::choice:
      return check_choice(spec, value);
    case OptionType::text_list:
      parse_list(value);
      return;
    case OptionType::integer_list:
      for (const auto entry : parse_integers(name, value)) check_range(spec, entry, value);
      return;
    case OptionType::real_list:
      for (const double entry : parse_reals(name, value)) check_range(spec, entry, value);
      return;
  }
}

}  // namespace nmc
