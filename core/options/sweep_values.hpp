#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nmc {

/// Parts of a text between commas outside of (), [] and {}, trimmed; where a semicolon stands
/// outside of brackets, semicolons divide, commas belong to the parts, and the last part may end
/// with a semicolon: "a, b;" is one. UserError where a bracket has no partner or a part is empty.
[[nodiscard]] std::vector<std::string> split_outside_brackets(std::string_view text);

/// The values that a line of [sweep] gives its key, as text: `first:last:step` with both ends and
/// as many decimals as first and step have, or a list.
[[nodiscard]] std::vector<std::string> parse_sweep_values(std::string_view text);

/// The number that a text is, if it is one.
[[nodiscard]] std::optional<double> number_value(std::string_view text);

/// Numbers in their shortest form, anything else as it is: equal values have equal texts.
[[nodiscard]] std::string canonical_value(const std::string& text);

}  // namespace nmc
