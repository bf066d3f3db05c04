#pragma once

#include <chrono>
#include <string>

#include "core/parallel/ranks.hpp"
#include "drivers/run/plan.hpp"

namespace nmc::drivers {

/// How a verb was called.
struct Launch {
  const Ranks& ranks;
  std::string command;  ///< the whole line, for the provenance
  Phases phases;
  bool restart = false;
  /// When the wall time began to run.
  std::chrono::steady_clock::time_point began = std::chrono::steady_clock::now();
  /// Whether a wall time that has passed lets the run work for a moment all the same.
  bool must_work = true;
};

}  // namespace nmc::drivers
