#include "core/options/command_line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options.hpp>
#include <filesystem>

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

// "--section.key…": the flags of a verb have no dot in their names.
bool is_override(const std::string& word) {
  const auto dot = word.find('.');
  return word.starts_with("--") && dot != std::string::npos && dot < word.find('=');
}

void add_override(const std::string& name, const std::string& value, CommandLine& line) {
  const auto dot = name.find('.');
  GivenOption given{name.substr(0, dot), name.substr(dot + 1), value,
                    fmt::format("--{}={}", name, value), std::filesystem::current_path().string()};
  require(given.value.find_first_of("#\n") == std::string::npos,
          fmt::format("--{}: a value cannot hold # or a line feed; resolved.ini could not say it",
                      name));
  std::erase_if(line.overrides, [&](const GivenOption& earlier) {
    return earlier.section == given.section && earlier.key == given.key;
  });
  line.overrides.push_back(std::move(given));
}

// Takes `--section.key=value` and `--section.key value` out of the words, which it returns.
std::vector<std::string> take_overrides(const std::vector<std::string>& words, CommandLine& line) {
  std::vector<std::string> rest;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (!is_override(words[i])) {
      rest.push_back(words[i]);
      continue;
    }
    const std::string word = words[i].substr(2);
    const auto equals = word.find('=');
    if (equals != std::string::npos) {
      add_override(word.substr(0, equals), word.substr(equals + 1), line);
      continue;
    }
    const bool has_value = i + 1 < words.size() && !words[i + 1].starts_with("--");
    require(has_value, fmt::format("--{} needs a value: write --{}=VALUE", word, word));
    add_override(word, words[++i], line);
  }
  return rest;
}

// -o stands for --output where the verb has it, as of other programs.
std::vector<std::string> with_long_names(std::vector<std::string> words,
                                         const std::vector<FlagSpec>& flags) {
  if (std::ranges::find(flags, "output", &FlagSpec::name) != flags.end())
    std::ranges::replace(words, std::string("-o"), std::string("--output"));
  return words;
}

void refuse_unknown_flag(const std::string& key, const std::vector<FlagSpec>& flags) {
  std::vector<std::string> names;
  for (const FlagSpec& flag : flags) names.push_back(flag.name);
  throw UserError(
      fmt::format("unknown flag --{}{} (values of a job are set by --section.key=value)", key,
                  did_you_mean(key, names)));
}

void refuse_single_dash(const std::string& word) {
  if (word.size() < 2 || word.front() != '-') return;
  const std::string meant = word == "-h" ? "help" : word.substr(1);
  throw UserError(fmt::format("{}: flags and values have two dashes: --{}", word, meant));
}

void sort_in(const po::option& option, const std::vector<FlagSpec>& flags, CommandLine& line) {
  const std::string& key = option.string_key;
  if (key.empty() || option.position_key >= 0) {
    std::ranges::for_each(option.value, refuse_single_dash);
    line.positional.insert(line.positional.end(), option.value.begin(), option.value.end());
  } else if (option.unregistered) {
    refuse_unknown_flag(key, flags);
  } else if (option.value.empty()) {
    line.switches.insert(key);
  } else {
    line.named[key] = option.value[0];
  }
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
    const auto parsed = po::command_line_parser(take_overrides(with_long_names(words, flags), line))
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
