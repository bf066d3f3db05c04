#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace nmc {

enum class OptionType {
  text,
  integer,
  real,
  flag,
  duration,
  choice,
  text_list,
  integer_list,
  real_list
};

/// How a value names a file, if it does: a relative path begins at the directory of the job file,
/// or, on the command line, at the working directory (paths.hpp).
enum class PathForm {
  none,
  file,            ///< the whole value
  dataset,         ///< FILE:DATASET or FILE.h5; anything else is a name
  prefixed,        ///< file:PATH; anything else is a name
  file_or_number,  ///< unless it is a number
};

/// One key of a section of the job file: what `nmc describe` prints and what a value is checked
/// against before anything is computed.
struct OptionSpec {
  std::string name;
  OptionType type = OptionType::text;
  std::string fallback;  ///< value when the job says nothing; empty: see is_required
  std::string range;     ///< "(0, inf)", "[1, 64]"; empty: any. Lists: every entry
  std::vector<std::string>
      choices;  ///< of a choice; names of entries of a text_list when not empty
  std::string help;
  bool is_required = false;
  std::string hint{};  ///< the way out, which ends the message about a value out of range
  PathForm path = PathForm::none;
};

/// Short spellings, so that a table of options reads like a table.
namespace option {
OptionSpec text(std::string name, std::string fallback, std::string help);
OptionSpec integer(std::string name, std::string fallback, std::string range, std::string help);
OptionSpec real(std::string name, std::string fallback, std::string range, std::string help);
OptionSpec flag(std::string name, std::string fallback, std::string help);
OptionSpec duration(std::string name, std::string fallback, std::string help);
OptionSpec choice(std::string name, std::string fallback, std::vector<std::string> choices,
                  std::string help);
OptionSpec text_list(std::string name, std::string fallback, std::string help);
OptionSpec integers(std::string name, std::string fallback, std::string range, std::string help);
OptionSpec reals(std::string name, std::string fallback, std::string range, std::string help);
/// The same option without a default: a job that leaves it out is refused.
OptionSpec required(OptionSpec spec);
/// The same with the way out for who leaves the range.
OptionSpec with_hint(OptionSpec spec, std::string hint);
/// The same of a value that names a file.
OptionSpec with_path(OptionSpec spec, PathForm path);
}  // namespace option

/// "real, > 0", "one of a, b", … for messages and for `nmc describe`.
[[nodiscard]] std::string type_words(const OptionSpec& spec);

/// Throws UserError "beta = -1 is out of range: …" unless `value` can be read as spec says.
void check_value(const OptionSpec& spec, const std::string& value);

}  // namespace nmc
