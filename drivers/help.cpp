#include "drivers/help.hpp"

#include <fmt/format.h>

#include "core/archive/build_info.hpp"

namespace nmc::drivers {

std::string general_help() {
  std::string page =
      "nmc: neural Monte Carlo for lattice systems\n"
      "usage: nmc VERB [arguments] [--section.key=value ...]\n\n";
  for (const Verb& verb : verbs())
    page += fmt::format("  {:<9} {:<15} {}\n", verb.name,
                        verb.arguments.size() > 15 ? "[KIND]" : verb.arguments, verb.summary);
  page +=
      "\n  nmc VERB --help    one page about a verb\n"
      "  nmc list           systems, models, samplers and observables\n"
      "  nmc describe NAME  options of one of them\n"
      "  nmc --version      version and libraries\n\n"
      "A first run:  nmc run examples/dual_ising_L4.ini\n"
      "Exit codes:   0 done, 2 input to be mended, 3 numerical failure, 75 stopped after a\n"
      "              checkpoint: run again to resume\n";
  return page;
}

std::string verb_help(const Verb& verb) {
  const std::string values = verb.takes_values ? " [--section.key=value ...]" : "";
  std::string flags;
  std::string lines;
  for (const FlagSpec& flag : verb.flags) {
    const std::string word = "--" + flag.name + (flag.value.empty() ? "" : " " + flag.value);
    flags += " [" + word + "]";
    lines += fmt::format("  {:<18} {}\n", word, flag.help);
  }
  std::string page = fmt::format("usage: nmc {} {}{}{}\n{}\n", verb.name, verb.arguments, flags,
                                 values, verb.summary);
  if (!verb.details.empty()) page += "\n" + verb.details + "\n";
  if (!lines.empty()) page += "\n" + lines;
  return page;
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
