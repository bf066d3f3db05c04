#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/options/options.hpp"

namespace nmc {

/// A job file: its text and its values with their lines.
struct JobFile {
  std::filesystem::path path;
  std::string text;  ///< as given, byte for byte
  std::vector<GivenOption> values;
};

/// Reads an INI file in the grammar of Boost.Program_options. Throws UserError with file:line for a
/// line that is not `key = value`, a key outside a section and a key given twice.
[[nodiscard]] JobFile read_job_file(const std::filesystem::path& path);

/// The same from text already in memory; `name` stands for the file in messages.
[[nodiscard]] std::vector<GivenOption> parse_job_text(const std::string& text,
                                                      const std::string& name);

/// The first value of a key, or null; one that the command line unsets is not there.
[[nodiscard]] const GivenOption* find_given(const std::vector<GivenOption>& given,
                                            const std::string& section, const std::string& key);

/// Values of the command line before those of the file: the first one of a key wins, and what the
/// command line unsets is not there. (What it unsets and the file does not have stays, so that a
/// slip in its name is found.)
[[nodiscard]] std::vector<GivenOption> merge(std::vector<GivenOption> command_line,
                                             const std::vector<GivenOption>& file);

}  // namespace nmc
