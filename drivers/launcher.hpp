#pragma once

#include <optional>
#include <string>

#include "core/parallel/ranks.hpp"

/// What started this process: mpirun, srun, or nobody but a shell.
namespace nmc::drivers {

/// Processes that were started together, as the environment of one of them says.
struct LaunchedGroup {
  int count = 0;  ///< 0 where only the place in it is known
  int place = 0;
  std::string variable;  ///< that says it: "PMI_SIZE"
};

/// Whether mpirun, or srun with a PMI, started this process, so that MPI has something to find.
[[nodiscard]] bool is_started_by_mpi();

/// The group that this process is one of; nothing where it is alone. To be asked before MPI starts,
/// which writes into the environment of a process that it finds alone. The nearest launcher counts:
/// `mpirun -n 1` within four tasks of srun is one. Processes that type for themselves are none: a
/// batch script, which Slurm gives the number of tasks of the whole job, and `srun --pty`.
[[nodiscard]] std::optional<LaunchedGroup> launched_group();

/// What to type instead where MPI found this process alone and its launcher says otherwise, so that
/// each of the group would do the whole job; "" where they agree.
[[nodiscard]] std::string found_alone(const Ranks& ranks,
                                      const std::optional<LaunchedGroup>& group);

}  // namespace nmc::drivers
