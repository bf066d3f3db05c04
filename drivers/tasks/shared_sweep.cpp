#include "drivers/tasks/shared_sweep.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <map>
#include <set>

#include "core/archive/publish.hpp"
#include "core/errors.hpp"
#include "core/options/job_file.hpp"
#include "core/options/sweep_values.hpp"
#include "drivers/job/sections.hpp"
#include "drivers/job/sweep.hpp"
#include "drivers/report/sweep_report.hpp"
#include "drivers/session/directory.hpp"
#include "drivers/session/packed_task.hpp"
#include "drivers/session/status_files.hpp"
#include "drivers/status/run_state.hpp"

namespace fs = std::filesystem;

namespace nmc::drivers {
namespace {

// Putting ten thousand tasks together takes minutes, for which another process waits.
constexpr std::chrono::minutes kTurnTime{10};

// So many tries after each other that found the same owner.
constexpr int kSameForLong = 4;

void say_of_sweep(const std::string& line) {
  fmt::print(stderr, "{}\n", line);
}

// What all tasks share and what a run may not change when it goes on.
std::map<std::string, std::string> fixed_values(const std::vector<GivenOption>& given) {
  std::map<std::string, std::string> values;  // that of the command line stands first
  for (const GivenOption& option : given)
    if (!is_sweep_section(option.section) && !may_change_on_resume(option.section, option.key) &&
        !is_unset(option))
      values.emplace(full_key(option), canonical_value(option.value));
  return values;
}

std::set<std::string> task_names(const std::vector<GivenOption>& given) {
  std::set<std::string> names;
  for (const SweepPoint& point : expand_sweep(given)) names.insert(point.name);
  return names;
}

std::string value_in(const std::map<std::string, std::string>& values, const std::string& key) {
  const auto it = values.find(key);
  return it == values.end() ? "not given" : it->second;
}

bool is_over(const RunState& task, const fs::path& sweep) {
  if (task.status.state == "failed") return true;
  return task.status.state == "done" && fs::exists(sweep / task.directory / "result.h5");
}

}  // namespace

bool SharedSweep::is_run_as_a_whole() const {
  const auto status = read_status((directory_ / "status.json").string());
  return status && status->phase == "sweep" && status->state == "running";
}

std::unique_ptr<archive::DirectoryLock> SharedSweep::hold() const {
  const auto end = std::chrono::steady_clock::now() + kTurnTime;
  std::string owner;
  for (int same = 0;;) {
    try {
      return std::make_unique<archive::DirectoryLock>(
          directory_.string(), archive::DirectoryLock::Options{.say = say_of_sweep});
    } catch (const UserError&) {  // after half a second of tries
      const auto holder = archive::lock_holder(directory_.string());
      const std::string now = holder ? holder->text() : "";
      same = now == owner ? same + 1 : 0;
      owner = now;
      const bool stays = same >= kSameForLong && (owner.empty() || is_run_as_a_whole());
      if (stays || std::chrono::steady_clock::now() > end) throw;
    }
  }
}

void SharedSweep::require_same(const std::vector<GivenOption>& old) const {
  const auto values = fixed_values(given_), old_values = fixed_values(old);
  std::set<std::string> keys;
  for (const auto& [key, value] : values) keys.insert(key);
  for (const auto& [key, value] : old_values) keys.insert(key);
  for (const std::string& key : keys)
    require(
        value_in(values, key) == value_in(old_values, key),
        fmt::format("{} is {} in the sweep that {} holds and {} in this job: tasks of one sweep "
                    "share it; choose another output.dir",
                    key, value_in(old_values, key), directory_.string(), value_in(values, key)));
  const std::set<std::string> names = task_names(old);
  if (names == task_names(given_)) return;
  for (const std::string& name : names)
    archive::require_free_directory((directory_ / name).string());
}

void SharedSweep::join(const std::string& text, const std::string& resolved,
                       const RunStatus& status) const {
  archive::require_writable_directory(directory_.string());
  const auto lock = hold();
  archive::remove_temporaries(directory_.string());
  const OutputDirectory directory(directory_);
  directory.check_sweep(false);
  if (directory.has("resolved.ini"))
    require_same(read_job_file(directory.file("resolved.ini")).values);
  archive::publish_text(directory.file("resolved.ini"), resolved);
  archive::publish_text(directory.file("job.ini"), text);
  write(status, "join");
}

void SharedSweep::write(const RunStatus& status, const std::string& event) const {
  const OutputDirectory directory(directory_);
  write_status(directory.file("status.json"), status);
  write_log(directory, event,
            status.task.empty() ? "" : JsonLine().add("task", status.task).members());
}

void SharedSweep::note(const RunStatus& status, const std::string& event) const {
  const auto lock = hold();
  write(status, event);
}

void SharedSweep::pack(const std::vector<std::string>& tasks) const {
  if (tasks.empty()) return;
  const auto lock = hold();
  for (const std::string& task : tasks) pack_task(directory_, task);
}

RunStatus SharedSweep::finish(RunStatus status) const {
  const auto lock = hold();
  const RunState state = read_run_state(directory_);
  const auto count = [&](const std::string& word) {
    return static_cast<double>(std::ranges::count_if(
        state.tasks, [&](const RunState& task) { return task.status.state == word; }));
  };
  status.task.clear();
  status.done = count("done");
  status.failed = count("failed");
  const bool is_last = std::ranges::all_of(
      state.tasks, [&](const RunState& task) { return is_over(task, directory_); });
  if (is_last) {
    write_sweep_file(read_sweep(directory_));
    status.state = status.failed > 0 ? "failed" : "done";
  }
  write(status, is_last ? status.state : "end of some tasks");
  return status;
}

}  // namespace nmc::drivers
