#pragma once

#include <algorithm>

#include "core/parallel/cores.hpp"
#include "core/parallel/threads.hpp"

namespace nmc::drivers {

/// Threads that a page is computed on: as many as the run had, at least four, where this process
/// may have them; OMP_NUM_THREADS is obeyed.
[[nodiscard]] inline Threads threads_of_pages(int of_the_run = 1) {
  constexpr int usual = 4;
  if (asked_threads() > 0) return Threads(asked_threads());
  return Threads(std::min(std::max(of_the_run, usual), std::max(1, count_cores(own_cores()))));
}

}  // namespace nmc::drivers
