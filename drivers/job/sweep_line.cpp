#include "drivers/job/sweep_line.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "core/errors.hpp"
#include "core/options/did_you_mean.hpp"
#include "core/options/sweep_values.hpp"
#include "drivers/job/sections.hpp"

namespace nmc::drivers {
namespace {

GivenOption read_key(const std::string& text, const GivenOption& line) {
  const auto dot = text.find('.');
  require(
      dot != std::string::npos,
      fmt::format("a sweep sets section.key, as in system.beta; \"{}\" lacks its section", text));
  GivenOption key{text.substr(0, dot), text.substr(dot + 1), "", line.origin, line.base};
  const auto& names = section_names();
  require(std::ranges::find(names, key.section) != names.end(),
          fmt::format("unknown section [{}]{}", key.section, did_you_mean(key.section, names)));
  require(text != "output.dir",
          "every task has a directory of its own in output.dir, which cannot be swept");
  require(text != "run.walltime",
          "run.walltime limits all tasks together and cannot be swept: set it in [run]");
  require(key.section != "sweep" && key.section != "stop", text + " cannot be swept");
  return key;
}

std::vector<std::string> read_tuple(const std::string& text, std::size_t keys) {
  if (keys == 1) return {text};
  require(text.front() == '(' && text.back() == ')',
          fmt::format("{} keys are set together, as in (1, 2), (3, 4); \"{}\" is no such list",
                      keys, text));
  auto values = split_outside_brackets(text.substr(1, text.size() - 2));
  require(values.size() == keys,
          fmt::format("{} holds {} values for {} keys", text, values.size(), keys));
  return values;
}

void refuse_equal_values(const SweepLine& line) {
  std::set<std::vector<std::string>> seen;
  for (const auto& values : line.values) {
    std::vector<std::string> canonical;
    std::ranges::transform(values, std::back_inserter(canonical), canonical_value);
    require(seen.insert(canonical).second,
            fmt::format("{} is there twice", fmt::join(values, ", ")));
  }
}

SweepLine read(const GivenOption& option) {
  SweepLine line{option.origin, {}, {}};
  for (const std::string& key : split_outside_brackets(option.key))
    line.keys.push_back(read_key(key, option));
  const std::size_t keys = line.keys.size();
  for (const std::string& value :
       keys == 1 ? parse_sweep_values(option.value) : split_outside_brackets(option.value))
    line.values.push_back(read_tuple(value, keys));
  refuse_equal_values(line);
  return line;
}

}  // namespace

std::vector<GivenOption> SweepLine::settings(std::size_t i) const {
  std::vector<GivenOption> settings = keys;
  for (std::size_t k = 0; k < keys.size(); ++k) settings[k].value = values[i][k];
  return settings;
}

std::string full_key(const GivenOption& option) {
  return option.section + "." + option.key;
}

SweepLine read_sweep_line(const GivenOption& option) {
  try {
    return read(option);
  } catch (const UserError& error) {
    throw UserError(option.origin + ": " + error.what());
  }
}

}  // namespace nmc::drivers
