#include "drivers/status/run_state.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/errors.hpp"
#include "core/options/job_file.hpp"
#include "drivers/job/sweep.hpp"

namespace fs = std::filesystem;

namespace nmc::drivers {
namespace {

// A process that has just begun may not have written its state yet.
std::string true_state(const std::string& written, bool is_alive) {
  if (is_alive) return "running";
  return written.empty() || written == "running" ? "killed" : written;
}

RunState read_one(const fs::path& directory) {
  const auto status = read_status((directory / "status.json").string());
  RunState state{directory, status.value_or(RunStatus{}), archive::lock_holder(directory.string())};
  state.status.state = true_state(status ? status->state : "", state.holder.has_value());
  return state;
}

RunState read_task(const fs::path& sweep, const std::string& name) {
  const fs::path directory = sweep / name;
  RunState task = read_one(directory);
  if (!fs::exists(directory / "resolved.ini")) task.status.state = "waiting";
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
  const fs::path resolved = directory / "resolved.ini";
  require(fs::exists(resolved),
          fmt::format("{} holds no run of nmc: there is no resolved.ini", directory.string()));
  RunState state = read_one(directory);
  const std::vector<GivenOption> given = read_job_file(resolved).values;
  if (!has_sweep(given)) return state;
  for (const SweepPoint& point : expand_sweep(given))
    state.tasks.push_back(read_task(directory, point.name));
  sum_tasks(state);
  if (state.status.phase == kTasksPhase) state.status.state = state_of_tasks(state);
  return state;
}

int state_code(const RunState& state) {
  const std::string& word = state.status.state;
  if (word == "done") return 0;
  if (word == "running") return 1;
  return word == "stopped" || word == "waiting" ? 75 : 2;
}

}  // namespace nmc::drivers
