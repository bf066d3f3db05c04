#pragma once

#include <string>
#include <vector>

namespace nmc::archive {

/// `; local fields are called "field"`, `; did you mean "bonds"?` or "": the way out for a name
/// that none of `names` is, as the field calls the same things.
[[nodiscard]] std::string graph_name_hint(const std::string& word,
                                          const std::vector<std::string>& names);

}  // namespace nmc::archive
