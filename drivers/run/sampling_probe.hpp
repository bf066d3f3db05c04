#pragma once

#include "drivers/plan/plan.hpp"
#include "drivers/session/timed_pieces.hpp"

namespace nmc::drivers {

/// Some chains of a job, run as the job runs them, with the CPU time that they take.
class SamplingProbe {
 public:
  /// CPU seconds of the warm-up and of the draws, each. The plan must outlive it.
  SamplingProbe(const Plan& plan, double budget);
  /// Warm-up with its tuning, and then draws.
  void run();

  /// CPU seconds of all chains of the job, at so many seconds for the units that were not run.
  [[nodiscard]] double seconds(double per_step, double per_draw) const;
  /// Of the lines of all observables at all temperatures.
  [[nodiscard]] double report_seconds() const;

  [[nodiscard]] const TimedPieces& warmup() const { return warmup_; }
  [[nodiscard]] const TimedPieces& draws() const { return draws_; }

 private:
  SimulationState warm_up();
  [[nodiscard]] Index steps_per_draw() const;
  /// Of the numbers of the draws on their way through memory to their files.
  [[nodiscard]] double time_records() const;
  /// Numbers of a column that the job has for each one of the probe.
  [[nodiscard]] double larger() const;

  const Plan& plan_;
  Sampler& sampler_;
  double budget_;
  SimulationOptions options_;
  Ranks ranks_;
  Threads threads_{1};
  TimedPieces warmup_, draws_;
  Index thin_ = 1;
  double record_seconds_ = 0;
  Records records_;  ///< of the draws that were done
};

}  // namespace nmc::drivers
