#include "drivers/status/run_state.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/errors.hpp"
#include "core/options/job_file.hpp"
#include "drivers/job/sweep.hpp"
#include "drivers/session/packed_task.hpp"

namespace fs = std::filesystem;

namespace nmc::drivers {
namespace {

// A process that has just begun may not have written its state yet.
std::string true_state(const std::string& written, bool is_alive) {
  if (is_alive) return "running";
  return written.empty() || written == "running" ? "killed" : written;
}

// A process that is about to go on with a packed task has its lock.
RunState read_one(const fs::path& directory) {
  if (is_packed(directory) && !archive::lock_holder(directory.string()))
    return {directory, packed_status(directory), std::nullopt};
  const auto status = read_status((directory / "status.json").string());
  RunState state{directory, status.value_or(RunStatus{}), archive::lock_holder(directory.string())};
  state.status.state = true_state(status ? status->state : "", state.holder.has_value());
  return state;
}

RunState read_task(const fs::path& sweep, const std::string& name,
                   const std::map<std::string, RunStatus>& packed) {
  const fs::path directory = sweep / name;
  const auto line = packed.find(name);
  const bool is_done = is_packed(directory) && !archive::lock_holder(directory.string());
  if (is_done && line != packed.end()) return {name, line->second, std::nullopt};
  RunState task = read_one(directory);
  if (!is_done && !fs::exists(directory / "resolved.ini")) task.status.state = "waiting";
  task.directory = name;
  return task;
}

// Tasks that are done, and of the others how far they are.
void sum_tasks(RunState& sweep) {
  sweep.status.unit = "tasks";
  sweep.status.total = static_cast<double>(sweep.tasks.size());
  sweep.status.done = static_cast<double>(std::ranges::count_if(
      sweep.tasks, [](const RunState& task) { return task.status.state == "done"; }));
}

// Of a sweep whose tasks are run by several processes, none of which stands for it.
std::string state_of_tasks(const RunState& sweep) {
  for (const char* word : {"running", "killed", "failed", "stopped", "waiting"})
    if (std::ranges::any_of(sweep.tasks,
                            [&](const RunState& task) { return task.status.state == word; }))
      return word;
  return sweep.status.state;
}

}  // namespace

RunState read_run_state(const fs::path& directory) {
  require(fs::is_directory(directory),
          fmt::format("{} is no directory: nmc status takes the output directory of a run",
                      directory.string()));
  const auto job = stored_job(directory);
  require(job.has_value(),
          fmt::format("{} holds no run of nmc: there is no resolved.ini", directory.string()));
  const std::vector<GivenOption> given =
      parse_job_text(*job, (directory / "resolved.ini").string());
  if (!has_sweep(given)) {
    const fs::path whole = fs::canonical(directory);
    RunState run = read_task(whole.parent_path(), whole.filename().string(),
                             packed_tasks(whole.parent_path()));
    run.directory = directory;
    return run;
  }
  RunState state = read_one(directory);
  const auto packed = packed_tasks(directory);
  for (const SweepPoint& point : expand_sweep(given))
    state.tasks.push_back(read_task(directory, point.name, packed));
  sum_tasks(state);
  // Also of a sweep that was done, whose tasks are more by now, or were taken away.
  const bool may_wait = state.status.phase == kTasksPhase || state.status.state == "done";
  if (may_wait) state.status.state = state_of_tasks(state);
  return state;
}

int state_code(const RunState& state) {
  const std::string& word = state.status.state;
  if (word == "done") return 0;
  if (word == "running") return 1;
  return word == "stopped" || word == "waiting" ? 75 : 2;
}

}  // namespace nmc::drivers
