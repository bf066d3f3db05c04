#pragma once

#include <string_view>

namespace nmc {

/// Bytes: "512 MB", "2GB", "1.5 GiB"; powers of 1000, or of 1024 with an i. UserError naming the
/// key and the value where there is no unit, or nothing of that size.
[[nodiscard]] double parse_bytes(std::string_view name, std::string_view text);

}  // namespace nmc
