#include "drivers/tasks/run_tasks.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cstdio>

#include "core/archive/utc.hpp"
#include "core/errors.hpp"
#include "drivers/job/sweep.hpp"
#include "drivers/session/job_end.hpp"
#include "drivers/session/status_files.hpp"
#include "drivers/session/stop_file.hpp"
#include "drivers/session/stop_request.hpp"
#include "drivers/tasks/run_sweep.hpp"
#include "drivers/tasks/shared_sweep.hpp"

namespace nmc::drivers {
namespace {

constexpr int kInterrupted = 75;

class TasksRun {
 public:
  TasksRun(const Sweep& part, const JobSource& source, const Launch& launch)
      : launch_(launch),
        directory_(part.directory.string()),
        shared_(part.directory, source.given),
        limit_(wall_limit(part.tasks.front().run, launch.job_end, launch.began)),
        stop_file_({directory_}) {
    launch_.sweep_directory = directory_;
    status_.phase = kTasksPhase;
    status_.unit = "tasks";
    status_.total = static_cast<double>(expand_sweep(source.given).size());
    status_.started = archive::utc_now();
    status_.ranks = launch.ranks.size();
  }

  void join(const std::string& text, const std::string& resolved) const {
    on_root(launch_.ranks, [&] { shared_.join(text, resolved, status_); });
  }

  // Of starts that were killed between a result and its packing.
  void pack(const std::vector<Job>& tasks, const std::vector<std::size_t>& finished) const {
    std::vector<std::string> names;
    for (const std::size_t place : finished) names.push_back(tasks[place].task);
    on_root(launch_.ranks, [&] { shared_.pack(names); });
  }

  void run(const std::vector<Job>& tasks, const std::vector<std::size_t>& open) {
    if (!limit_.note.empty()) say(limit_.note);
    const std::size_t all = tasks.size();
    std::size_t done = all - open.size();
    if (done > 0) say(fmt::format("{} of {} tasks of this job are done", done, all));
    for (const std::size_t place : open) {
      const Job& task = tasks[place];
      say(fmt::format("task {} of {} of this job: {}", ++done, all, task.task));
      status_.task = task.task;
      note("task");
      run_task(task);
    }
  }

  // The state of all tasks, on rank 0.
  RunStatus finish() {
    on_root(launch_.ranks, [&] { status_ = shared_.finish(status_); });
    return status_;
  }

  std::vector<std::string> failures;

 private:
  void run_task(const Job& task) {
    try {
      require_time();
      Plan plan = prepare_job(task, launch_);
      run_job(task, plan, launch_);
      on_root(launch_.ranks, [&] { shared_.pack({task.task}); });
      launch_.must_work = false;  // this start has done its share
    } catch (const NumericalError& error) {
      failures.push_back(fmt::format("{}: {}", task.task, error.what()));
    }
  }

  // A task is not begun for nothing.
  void require_time() {
    using Clock = std::chrono::steady_clock;
    const double spent = std::chrono::duration<double>(Clock::now() - launch_.began).count();
    const bool is_late = limit_.seconds > 0 && spent >= limit_.seconds && !launch_.must_work;
    const bool is_asked = launch_.ranks.is_root() && stop_file_.is_there();
    if (launch_.ranks.any(is_late || is_asked))
      throw Interrupted(fmt::format("stopped before task {} in {}: {}", status_.task, directory_,
                                    way_to_resume(stop_file_)));
  }

  void say(const std::string& line) const {
    if (launch_.ranks.is_root()) fmt::print(stderr, "{}\n", line);
  }

  void note(const std::string& event) const {
    on_root(launch_.ranks, [&] { shared_.note(status_, event); });
  }

  Launch launch_;
  std::string directory_;
  SharedSweep shared_;
  WallLimit limit_;
  StopFile stop_file_;
  RunStatus status_;
};

}  // namespace

TasksDone run_tasks(const Sweep& part, const JobSource& source, const Launch& launch) {
  const StopRequest stop;
  on_root(launch.ranks, [&] {
    for (const Job& task : part.tasks) archive::require_free_directory(task.directory().string());
  });
  const OpenTasks open = open_tasks(part, launch);
  // All ranks work at each task, and more than a task can use are refused before anything is made.
  if (open.most_ranks < launch.ranks.size())
    for (const std::size_t place : open.places) (void)prepare_job(part.tasks[place], launch);
  TasksRun run(part, source, launch);
  run.join(source.text, given_text(source));
  run.pack(part.tasks, open.finished);
  run.run(part.tasks, open.places);
  stop.end_at_once(kInterrupted, fmt::format("stopped after the last task of this job in {}: run "
                                             "again to put the sweep together where it is done",
                                             part.directory.string()));
  RunStatus sweep = run.finish();
  return {run.failures, std::move(sweep)};
}

}  // namespace nmc::drivers
