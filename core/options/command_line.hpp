#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/options/options.hpp"

namespace nmc {

/// One `--name` of a verb.
struct FlagSpec {
  std::string name;   ///< without the dashes
  std::string value;  ///< "" for a switch, else what the value is called: "FILE"
  std::string help;
};

/// The words after the verb, sorted out.
struct CommandLine {
  std::vector<std::string> positional;
  std::set<std::string> switches;
  std::map<std::string, std::string> named;
  std::vector<GivenOption> overrides;  ///< every --section.key=value

  [[nodiscard]] bool has(const std::string& name) const { return switches.contains(name); }
  /// Value of --name, or "".
  [[nodiscard]] std::string value(const std::string& name) const;
};

/// Reads the words after the verb. Throws UserError for a flag the verb does not have; of two
/// values for one --section.key the last wins, as shells have it. -o is --output where the verb has
/// that.
[[nodiscard]] CommandLine parse_command_line(const std::vector<std::string>& words,
                                             const std::vector<FlagSpec>& flags);

}  // namespace nmc
