#include "drivers/tasks/task_group.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <cstdio>

#include "core/errors.hpp"
#include "drivers/run/run_job.hpp"
#include "drivers/session/directory.hpp"
#include "drivers/session/packed_task.hpp"
#include "drivers/session/status_files.hpp"

namespace nmc::drivers {
namespace {

// What it costs a group to stop at a checkpoint and to go on with more ranks.
constexpr double kRegroupSeconds = 2;

}  // namespace

TaskGroup::TaskGroup(const OpenTasks& open, const Launch& launch, const TaskClaims& claims,
                     Bell& bell)
    : open_(open),
      launch_(launch),
      claims_(claims),
      bell_(bell),
      directory_(open.sweep->directory),
      limit_(wall_limit(open.sweep->tasks.front().run, launch.job_end, launch.began)),
      stop_file_({open.sweep->directory.string()}) {
  launch_.must_make_room = [this](double seconds_left) { return must_make_room(seconds_left); };
}

std::vector<TaskOutcome> TaskGroup::work() {
  for (std::size_t i = 0; i < open_.places.size(); ++i) {
    bool is_taken = false;
    on_root(launch_.ranks, [&] { is_taken = claims_.take(open_.places[i]); });
    if (launch_.ranks.any(is_taken) && !work_at(i)) break;
  }
  return outcomes_;
}

// Whether the group goes on to other tasks.
bool TaskGroup::work_at(std::size_t i) {
  const std::size_t place = open_.places[i];
  const Job& task = open_.task(place);
  if (launch_.ranks.is_root())
    fmt::print(stderr, "task {} of {}: {}\n", open_.done + i + 1, open_.sweep->tasks.size(),
               task.task);
  note("sweep", task.task);
  try {
    carry_out(task);
    conclude({place, TaskOutcome::Kind::done});
    return true;
  } catch (const NumericalError& error) {
    conclude({place, TaskOutcome::Kind::failed, fmt::format("{}: {}", task.task, error.what())});
    return true;
  } catch (const Interrupted& error) {
    if (!is_asked_to_stop() && launch_.ranks.any(makes_room_)) return false;
    conclude({place, TaskOutcome::Kind::stopped, error.what()});
  } catch (const UserError& error) {
    // Of several ranks some may be deep in a collective, and only the end of all frees them.
    if (launch_.ranks.size() > 1) throw;
    conclude({place, TaskOutcome::Kind::refused, error.what()});
  }
  bell_.ring(Bell::Sound::stop);
  return false;
}

void TaskGroup::carry_out(const Job& task) {
  makes_room_ = false;
  require_time();
  Plan plan = prepare_job(task, launch_);
  run_job(task, plan, launch_);
  launch_.must_work = false;  // this start has done its share
}

void TaskGroup::conclude(const TaskOutcome& outcome) {
  if (!launch_.ranks.is_root()) return;
  outcomes_.push_back(outcome);
  if (outcome.kind == TaskOutcome::Kind::done)
    pack_task(directory_.path(), open_.task(outcome.task).task);
  const bool has_failed = outcome.kind == TaskOutcome::Kind::failed;
  if (has_failed || outcome.kind == TaskOutcome::Kind::done)
    claims_.finish(outcome.task, has_failed);
}

// Where ranks that wait so long waste more than all do at forming new groups.
bool TaskGroup::must_make_room(double seconds_left) {
  if (bell_.heard(Bell::Sound::stop) > 0) return true;
  makes_room_ = launch_.ranks.size() < open_.most_ranks &&
                bell_.heard(Bell::Sound::idle) * seconds_left > open_.ranks * kRegroupSeconds;
  return makes_room_;
}

bool TaskGroup::is_asked_to_stop() {
  const bool is_asked = stop_.is_set() || bell_.heard(Bell::Sound::stop) > 0 ||
                        (launch_.ranks.is_root() && stop_file_.is_there());
  return launch_.ranks.any(is_asked);
}

// A task is not begun for nothing.
void TaskGroup::require_time() {
  const auto now = std::chrono::steady_clock::now();
  const double spent = std::chrono::duration<double>(now - launch_.began).count();
  const bool is_late = limit_.seconds > 0 && spent >= limit_.seconds && !launch_.must_work;
  if (is_asked_to_stop() || launch_.ranks.any(is_late))
    throw Interrupted(fmt::format("stopped after {} of {} tasks in {}: {}",
                                  open_.done + claims_.count().done, open_.sweep->tasks.size(),
                                  directory_.path().string(), way_to_resume(stop_file_)));
}

void TaskGroup::note(const std::string& event, const std::string& task) const {
  on_root(launch_.ranks, [&] {
    const TaskClaims::Count count = claims_.count();
    std::vector<std::string> running;
    for (const std::size_t place : count.running) running.push_back(open_.task(place).task);
    RunStatus status = sweep_status(open_);
    status.done += static_cast<double>(count.done);
    status.failed += static_cast<double>(count.failed);
    status.task = fmt::format("{}", fmt::join(running, ", "));
    write_status(directory_.file("status.json"), status);
    write_log(directory_, event, JsonLine().add("task", task).members());
  });
}

RunStatus sweep_status(const OpenTasks& open) {
  RunStatus status;
  status.phase = "sweep";
  status.unit = "tasks";
  status.total = static_cast<double>(open.sweep->tasks.size());
  status.done = static_cast<double>(open.done);
  status.failed = static_cast<double>(open.failed);
  status.started = open.started;
  status.ranks = open.ranks;
  return status;
}

}  // namespace nmc::drivers
