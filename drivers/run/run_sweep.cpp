#include "drivers/run/run_sweep.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>

#include "core/archive/provenance.hpp"
#include "core/archive/utc.hpp"
#include "core/errors.hpp"
#include "core/options/job_file.hpp"
#include "core/options/paths.hpp"
#include "drivers/run/directory.hpp"
#include "drivers/run/job_end.hpp"
#include "drivers/run/run_size.hpp"
#include "drivers/run/run_status.hpp"
#include "drivers/run/status_files.hpp"
#include "drivers/run/stop_file.hpp"

namespace nmc::drivers {
namespace {

using Clock = std::chrono::steady_clock;

// Values that change how a run goes on and where to, but nothing in its result.
bool is_of_the_call(const Options& section, const std::string& key) {
  if (section.section() == "output") return key == "dir";
  return section.section() == "run" &&
         (key == "walltime" || key == "threads" || key == "checkpoint" || key == "memory");
}

// The tasks that are left to run, all of them checked.
std::vector<const Job*> open_tasks(const Sweep& sweep, const Launch& launch) {
  std::vector<const Job*> open;
  double bytes = 0;
  for (const Job& task : sweep.tasks) {
    OutputDirectory(task.directory()).check(task, launch.restart);
    const bool may_skip = !launch.restart && launch.phases.sample;
    if (may_skip && launch.ranks.any(launch.ranks.is_root() && is_finished(task))) continue;
    try {
      bytes += disk_size(task, prepare_job(task, launch)).all();
    } catch (const UserError& error) {
      throw UserError(fmt::format("{} (task {} of the sweep)", error.what(), task.task));
    }
    open.push_back(&task);
  }
  require_free(sweep.directory, bytes);
  return open;
}

class SweepRun {
 public:
  SweepRun(const Sweep& sweep, const Launch& launch)
      : launch_(launch),
        directory_(sweep.directory),
        limit_(wall_limit(sweep.tasks.front().run, launch.began)),
        stop_file_({sweep.directory.string()}) {
    launch_.restart = false;  // the directory as a whole is moved aside
    launch_.sweep_directory = sweep.directory.string();
    status_.phase = "sweep";
    status_.unit = "tasks";
    status_.total = static_cast<double>(sweep.tasks.size());
    status_.started = archive::utc_now();
    status_.ranks = launch.ranks.size();
  }

  void run(const std::vector<const Job*>& open) {
    status_.done = status_.total - static_cast<double>(open.size());
    if (status_.done > 0)
      say(fmt::format("{:.0f} of {:.0f} tasks are done", status_.done, status_.total));
    for (const Job* task : open) {
      say(fmt::format("task {:.0f} of {:.0f}: {}", status_.done + 1, status_.total, task->task));
      status_.task = task->task;
      note("sweep");
      run_task(*task);
      status_.done += 1;
    }
    status_.task.clear();
    status_.state = failures.empty() ? "done" : "failed";
    status_.phase = "done";
    note(status_.state);
  }

  std::vector<std::string> failures;

 private:
  void run_task(const Job& task) {
    try {
      require_time();
      Plan plan = prepare_job(task, launch_);
      run_job(task, plan, launch_);
      launch_.must_work = false;  // this start has done its share
    } catch (const NumericalError& error) {
      failures.push_back(fmt::format("{}: {}", task.task, error.what()));
      status_.failed = static_cast<double>(failures.size());
    } catch (const Interrupted& error) {
      note_end("stopped", error.what());
      throw;
    } catch (const std::exception& error) {
      note_end("failed", error.what());
      throw;
    }
  }

  void note_end(const std::string& state, const std::string& reason) {
    status_.state = state;
    status_.reason = reason;
    note(state);
  }

  // A task is not begun for nothing.
  void require_time() {
    const double spent = std::chrono::duration<double>(Clock::now() - launch_.began).count();
    const bool is_late = limit_.seconds > 0 && spent >= limit_.seconds && !launch_.must_work;
    const bool is_asked = launch_.ranks.is_root() && stop_file_.is_there();
    if (launch_.ranks.any(is_late || is_asked))
      throw Interrupted(fmt::format("stopped after {:.0f} of {:.0f} tasks in {}: {}", status_.done,
                                    status_.total, directory_.path().string(),
                                    way_to_resume(stop_file_)));
  }

  void say(const std::string& line) const {
    if (launch_.ranks.is_root()) fmt::print(stderr, "{}\n", line);
  }

  void note(const std::string& event) const {
    on_root(launch_.ranks, [&] {
      write_status(directory_.file("status.json"), status_);
      const auto& task = status_.task;
      write_log(directory_, event, task.empty() ? "" : JsonLine().add("task", task).members());
    });
  }

  Launch launch_;
  OutputDirectory directory_;
  WallLimit limit_;
  StopFile stop_file_;
  RunStatus status_;
};

}  // namespace

bool is_finished(const Job& task) {
  const std::string path = OutputDirectory(task.directory()).file("result.h5");
  if (!std::filesystem::exists(path)) return false;
  const auto file = archive::File::open(path);
  if (!file.has("/posterior")) return false;
  const auto old = parse_job_text(archive::read_provenance(file).resolved_job, path);
  const auto is_same = [&](const Options& section, const ResolvedOption& option) {
    const auto it = std::ranges::find_if(old, [&](const GivenOption& given) {
      return given.section == section.section() && given.key == option.spec.name;
    });
    return it == old.end() || it->value == stored_value(option) ||
           is_of_the_call(section, option.spec.name);
  };
  return std::ranges::all_of(task.sections(), [&](const Options* section) {
    return std::ranges::all_of(section->all(),
                               [&](const auto& option) { return is_same(*section, option); });
  });
}

std::vector<std::string> run_sweep(const Sweep& sweep, const std::string& resolved,
                                   const Launch& launch) {
  const OutputDirectory directory(sweep.directory);
  directory.check_sweep(launch.restart);
  const std::vector<const Job*> open = open_tasks(sweep, launch);
  launch.ranks.barrier();
  std::unique_ptr<archive::DirectoryLock> lock;
  const auto say = [](const std::string& line) { fmt::print(stderr, "{}\n", line); };
  on_root(launch.ranks, [&] { lock = directory.prepare(sweep, resolved, launch.restart, say); });
  SweepRun run(sweep, launch);
  run.run(open);
  return run.failures;
}

}  // namespace nmc::drivers
