#pragma once

#include <string>

#include "core/batch.hpp"

namespace nmc::catalog {

/// Patterns of a text file, (patterns, sites): one a line, +1 and -1 separated by blanks or commas;
/// what follows # is a comment. UserError with the line of what is neither.
[[nodiscard]] Batch read_patterns(const std::string& path);

}  // namespace nmc::catalog
