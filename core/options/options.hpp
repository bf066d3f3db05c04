#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/batch.hpp"
#include "core/options/option_spec.hpp"
#include "core/options/resolved_option.hpp"

namespace nmc {

/// One value as the user wrote it.
struct GivenOption {
  std::string section;
  std::string key;
  std::string value;
  std::string origin;  ///< "job.ini:7" or "--run.draws=10"
  /// Directory at which a relative path in the value begins; empty: such a path is left as it is.
  std::string base{};
};

/// Whether the command line takes the key away, `--section.key=`, so that its default holds.
[[nodiscard]] bool is_unset(const GivenOption& option);

/// The resolved values of one section. Values were checked against their spec, so that reading
/// them cannot fail; asking for a name that is not there is a defect of the program.
class Options {
 public:
  Options() = default;
  Options(std::string section, std::vector<ResolvedOption> values);

  [[nodiscard]] const std::string& section() const { return section_; }
  [[nodiscard]] const std::vector<ResolvedOption>& all() const { return values_; }
  [[nodiscard]] bool has(std::string_view name) const;
  /// Whether the user wrote it, be it the default; what resolved.ini spells out, "# default" behind
  /// it, nobody wrote.
  [[nodiscard]] bool is_given(std::string_view name) const;

  [[nodiscard]] const std::string& text(std::string_view name) const;
  [[nodiscard]] Index integer(std::string_view name) const;
  [[nodiscard]] double real(std::string_view name) const;
  [[nodiscard]] bool flag(std::string_view name) const;
  [[nodiscard]] double seconds(std::string_view name) const;
  [[nodiscard]] std::vector<std::string> list(std::string_view name) const;
  [[nodiscard]] std::vector<Index> integers(std::string_view name) const;
  [[nodiscard]] std::vector<double> reals(std::string_view name) const;

  /// The same options with another value of one of them, unchecked: a program's own choice, which
  /// counts as given.
  [[nodiscard]] Options with(std::string_view name, const std::string& value,
                             const std::string& origin = "the program") const;
  /// The same options with one of them at its default.
  [[nodiscard]] Options without(std::string_view name) const;

  /// "job.ini:7: ", or "" for a default: the head of a message about this value.
  [[nodiscard]] std::string where(std::string_view name) const;
  /// The origin as it stands in the option.
  [[nodiscard]] const std::string& origin(std::string_view name) const;
  /// Throws UserError(where(name) + message).
  [[noreturn]] void fail(std::string_view name, const std::string& message) const;

 private:
  [[nodiscard]] const ResolvedOption& find(std::string_view name) const;

  std::string section_;
  std::vector<ResolvedOption> values_;
};

/// The values of `section`: given ones checked, the others at their defaults. Unknown keys, missing
/// required ones and values out of range throw UserError with their origin and the nearest name;
/// `help` ends the message about an unknown key, e.g. "(nmc describe dual_ising)".
[[nodiscard]] Options resolve_section(const std::string& section,
                                      std::span<const GivenOption> given,
                                      std::span<const OptionSpec> specs, const std::string& help);

}  // namespace nmc
