#pragma once

#include <cstddef>

namespace nmc::drivers {

/// Columns of the terminal behind a file descriptor; 80 where it is none or does not say.
[[nodiscard]] std::size_t terminal_columns(int descriptor);

}  // namespace nmc::drivers
