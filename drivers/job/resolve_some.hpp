#pragma once

#include <string>
#include <vector>

#include "core/options/options.hpp"

namespace nmc::drivers {

/// A section of which a kind of job takes some keys alone; `help` ends the message about another.
[[nodiscard]] Options resolve_some(const std::string& section, const std::vector<std::string>& keys,
                                   const std::vector<GivenOption>& given, const std::string& help);

}  // namespace nmc::drivers
