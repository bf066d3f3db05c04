#pragma once

#include <chrono>
#include <ctime>

#include "core/archive/provenance.hpp"
#include "core/archive/utc.hpp"
#include "core/parallel/ranks.hpp"

namespace nmc::drivers {

/// Wall and CPU time of a phase since construction, on top of what earlier runs have used.
class PhaseClock {
 public:
  explicit PhaseClock(archive::PhaseTime before) : before_(std::move(before)) {
    if (before_.started.empty()) before_.started = archive::utc_now();
  }

  /// CPU time of all threads, summed over the ranks. Collective.
  [[nodiscard]] archive::PhaseTime read(const Ranks& ranks) const {
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start_;
    const double cpu = static_cast<double>(std::clock() - cpu_start_) / CLOCKS_PER_SEC;
    archive::PhaseTime time = before_;
    time.ended = archive::utc_now();
    time.wall_seconds += wall.count();
    time.cpu_seconds += ranks.ordered_sum(Column::Constant(1, cpu));
    return time;
  }

 private:
  archive::PhaseTime before_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::clock_t cpu_start_ = std::clock();
};

}  // namespace nmc::drivers
