#include "core/options/command_line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options.hpp>

#include "core/errors.hpp"
#include "core/options/did_you_mean.hpp"

namespace po = boost::program_options;

namespace nmc {
namespace {

po::options_description describe(const std::vector<FlagSpec>& flags) {
  po::options_description description;
  for (const FlagSpec& flag : flags) {
    if (flag.value.empty())
      description.add_options()(flag.name.c_str(), "");
    else
      description.add_options()(flag.name.c_str(), po::value<std::string>(), "");
  }
  return description;
}

void add_override(const po::option& option, CommandLine& line) {
  const auto dot = option.string_key.find('.');
  const std::string flag = "--" + option.string_key;
  require(option.value.size() == 1, fmt::format("{} needs a value: write {}=VALUE", flag, flag));
  GivenOption given{option.string_key.substr(0, dot), option.string_key.substr(dot + 1),
                    option.value[0], fmt::format("{}={}", flag, option.value[0])};
  require(
      given.value.find_first_of("#\n") == std::string::npos,
      fmt::format("{}: a value cannot hold # or a line feed; resolved.ini could not say it", flag));
  std::erase_if(line.overrides, [&](const GivenOption& earlier) {
    return earlier.section == given.section && earlier.key == given.key;
  });
  line.overrides.push_back(std::move(given));
}

void refuse_unknown_flag(const std::string& key, const std::vector<FlagSpec>& flags) {
  std::vector<std::string> names;
  for (const FlagSpec& flag : flags) names.push_back(flag.name);
  throw UserError(
      fmt::format("unknown flag --{}{} (values of a job are set by --section.key=value)", key,
                  did_you_mean(key, names)));
}

void sort_in(const po::option& option, const std::vector<FlagSpec>& flags, CommandLine& line) {
  const std::string& key = option.string_key;
  if (key.empty() || option.position_key >= 0) {
    line.positional.insert(line.positional.end(), option.value.begin(), option.value.end());
  } else if (option.unregistered) {
    if (key.find('.') == std::string::npos) refuse_unknown_flag(key, flags);
    add_override(option, line);
  } else if (option.value.empty()) {
    line.switches.insert(key);
  } else {
    line.named[key] = option.value[0];
  }
}

// Boost takes no following word as the value of an option it does not know.
std::vector<std::string> join_overrides(const std::vector<std::string>& words) {
  std::vector<std::string> joined;
  bool wants_value = false;
  for (const std::string& word : words) {
    const bool is_flag = word.starts_with("--");
    if (wants_value && !is_flag)
      joined.back() += "=" + word;
    else
      joined.push_back(word);
    const auto has = [&](char c) { return word.find(c) != std::string::npos; };
    wants_value = is_flag && has('.') && !has('=');
  }
  return joined;
}

}  // namespace

std::string CommandLine::value(const std::string& name) const {
  const auto it = named.find(name);
  return it == named.end() ? "" : it->second;
}

CommandLine parse_command_line(const std::vector<std::string>& words,
                               const std::vector<FlagSpec>& flags) {
  using namespace po::command_line_style;
  constexpr int style = allow_long | long_allow_adjacent | long_allow_next;
  CommandLine line;
  try {
    const auto description = describe(flags);
    const auto parsed = po::command_line_parser(join_overrides(words))
                            .options(description)
                            .style(style)
                            .allow_unregistered()
                            .run();
    for (const po::option& option : parsed.options) sort_in(option, flags, line);
  } catch (const po::error& error) {
    throw UserError(error.what());
  }
  return line;
}

}  // namespace nmc
