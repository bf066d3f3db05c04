#pragma once

#include <string>

namespace nmc::drivers {

/// Turns a signal that asks a job to end into a request to stop at the next checkpoint for as long
/// as it lives: INT and TERM, HUP of a terminal that goes, USR1 and USR2 as batch systems send them
/// ahead of the end (Slurm's --signal, Grid Engine's -notify), XCPU of a CPU limit. A second INT or
/// TERM ends the program at once; the others come several times by themselves (the kernel sends
/// XCPU every second), and what a caller ignores (nohup) stays ignored. One within the life of
/// another asks for the same end.
class StopRequest {
 public:
  StopRequest();
  ~StopRequest();
  StopRequest(const StopRequest&) = delete;
  StopRequest& operator=(const StopRequest&) = delete;
  /// Whether this process was asked to stop; other ranks must be asked through core/parallel.
  [[nodiscard]] bool is_set() const;
  /// From now on there is nothing left to save: a signal ends a process of the job's own at once,
  /// with this exit code and this line on standard error. Interrupted with the line where one came
  /// already.
  void end_at_once(int code, const std::string& line) const;
  /// "SIGUSR1"; empty where no signal came.
  [[nodiscard]] std::string name() const;
};

/// As if a StopRequest lived until the process is gone, its libraries' own ends included; the
/// process is the job's own.
void hear_stop_signals_to_the_end();

}  // namespace nmc::drivers
