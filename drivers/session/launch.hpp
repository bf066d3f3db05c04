#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "core/parallel/ranks.hpp"
#include "drivers/session/job_end.hpp"

namespace nmc::drivers {

/// Which parts of a job a verb carries out.
struct Phases {
  bool train = false;       ///< train if the network is not there yet
  bool sample = false;      ///< sample and report
  bool must_train = false;  ///< train even where the sampler would do without
};

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
  std::string sweep_directory{};  ///< of the sweep that a job is a task of
  JobEnd job_end{};               ///< of the batch job
  bool shows_progress = true;     ///< whether rank 0 shows a line of progress
  /// Whether a task that would take this many seconds more (infinity: nobody knows) should stop at
  /// a checkpoint, since other ranks have nothing to do.
  std::function<bool(double seconds_left)> must_make_room{};
};

}  // namespace nmc::drivers
