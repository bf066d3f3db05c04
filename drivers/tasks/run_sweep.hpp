#pragma once

#include <string>
#include <vector>

#include "drivers/run/run_job.hpp"
#include "drivers/tasks/task_group.hpp"

namespace nmc::drivers {

/// Runs the tasks in directories of their own under sweep.directory. Ranks work in as many groups
/// as there are tasks to do, each at one task after another; where ranks have nothing left, the
/// others stop at a checkpoint and all form new groups, if that pays. Everything is checked before
/// the first file is made. Finished tasks are passed over and an unfinished one resumes; a task
/// that fails for a number (NumericalError) does not keep the others from running. Returns the
/// messages of those that failed. `resolved` is the text of DIR/resolved.ini. Collective.
[[nodiscard]] std::vector<std::string> run_sweep(const Sweep& sweep, const std::string& resolved,
                                                 const Launch& launch);

/// The tasks that are left to run, all of them checked. Collective.
[[nodiscard]] OpenTasks open_tasks(const Sweep& sweep, const Launch& launch);

/// Whether the directory of a task holds the draws that the job asks for.
[[nodiscard]] bool is_finished(const Job& task);

}  // namespace nmc::drivers
