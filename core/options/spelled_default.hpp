#pragma once

#include <string_view>

namespace nmc {

/// End of the origin of a line whose comment is the one that resolved.ini gives to what nobody
/// wrote: "resolved.ini:7 (default)". Where its value is still the default, the key counts as not
/// written.
inline constexpr std::string_view spelled_default = " (default)";

}  // namespace nmc
