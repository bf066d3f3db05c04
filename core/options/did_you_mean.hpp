#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nmc {

/// Damerau–Levenshtein distance in its optimal string alignment form: insertions, deletions,
/// substitutions and swaps of neighbours (Damerau, CACM 7, 171 (1964)).
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

/// Nearest of `names` to `word`, or "" when none is near enough to be a slip of the finger.
[[nodiscard]] std::string nearest_name(std::string_view word, std::span<const std::string> names);

/// `; did you mean "metropolis"?`, or "" when there is no near name.
[[nodiscard]] std::string did_you_mean(std::string_view word, std::span<const std::string> names);

}  // namespace nmc
