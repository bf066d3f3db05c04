#include "drivers/help.hpp"

#include <fmt/format.h>

#include <string>
#include <vector>

#include "core/archive/build_info.hpp"
#include "drivers/wrapped.hpp"

namespace nmc::drivers {

namespace {

// "usage: nmc VERB WORD …", broken between words.
std::string usage(const Verb& verb) {
  std::vector<std::string> words{verb.arguments};
  for (const FlagSpec& flag : verb.flags)
    words.push_back(fmt::format("[--{}{}]", flag.name, flag.value.empty() ? "" : " " + flag.value));
  if (verb.takes_values) words.emplace_back("[--section.key=value ...]");
  const std::string head = "usage: nmc " + verb.name;
  std::string text = head;
  std::size_t column = head.size();
  for (const std::string& word : words) {
    if (column + 1 + word.size() > kPageColumns) {
      text += "\n" + std::string(head.size(), ' ');
      column = head.size();
    }
    text += " " + word;
    column += 1 + word.size();
  }
  return text + "\n";
}

}  // namespace

std::string general_help() {
  std::string page =
      "nmc: neural Monte Carlo on lattices; first run: nmc run examples/quickstart.ini\n"
      "usage: nmc [--plugin FILE ...] VERB [arguments] [--section.key=value ...]\n";
  for (const Verb& verb : verbs())
    if (verb.is_listed)
      page += fmt::format("  {:<8} {:<14} {}\n", verb.name, verb.arguments, verb.summary);
  page +=
      "nmc VERB --help: a page with an example; --version, --completion SHELL, --man\n"
      "Exit codes: 0 done, 2 mend the input, 3 numerical, 4 refused, 75 run again\n";
  return page;
}

std::string verb_help(const Verb& verb) {
  std::string page = usage(verb) + verb.summary + "\n";
  if (!verb.details.empty()) page += verb.details + "\n";
  if (!verb.flags.empty()) page += "\n";
  for (const FlagSpec& flag : verb.flags)
    page += fmt::format("  {:<18} {}\n",
                        "--" + flag.name + (flag.value.empty() ? "" : " " + flag.value), flag.help);
  return page + "\nexample: " + verb.example + "\n";
}

std::string version_line() {
  const auto info = archive::build_info();
  std::string line =
      fmt::format("NeuralMC {} (revision {}{})\n{}\n", info.version, info.git_revision,
                  info.is_dirty ? ", modified" : "", info.compiler);
  for (const auto& [library, version] : info.libraries) line += library + " " + version + "\n";
  return line;
}

}  // namespace nmc::drivers
