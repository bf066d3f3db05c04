#pragma once

#include <ctime>

namespace nmc {

/// CPU seconds of this process so far, of all its threads.
[[nodiscard]] inline double cpu_now() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

}  // namespace nmc
