#include "drivers/run/run_sweep.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>

#include "core/archive/provenance.hpp"
#include "core/errors.hpp"
#include "core/options/job_file.hpp"
#include "drivers/run/directory.hpp"
#include "drivers/run/status_files.hpp"
#include "drivers/run/stop_request.hpp"

namespace nmc::drivers {
namespace {

using Clock = std::chrono::steady_clock;

// Values that change how a run goes on and where to, but nothing in its result.
bool is_of_the_call(const Options& section, const std::string& key) {
  if (section.section() == "output") return key == "dir";
  return section.section() == "run" &&
         (key == "walltime" || key == "threads" || key == "checkpoint");
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
      bytes += estimated_bytes(prepare_job(task, launch));
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
      : launch_(launch), directory_(sweep.directory), total_(std::ssize(sweep.tasks)) {
    launch_.restart = false;  // the directory as a whole is moved aside
  }

  void run(const std::vector<const Job*>& open) {
    done_ = total_ - std::ssize(open);
    if (done_ > 0) say(fmt::format("{} of {} tasks are done", done_, total_));
    for (const Job* task : open) {
      say(fmt::format("task {} of {}: {}", done_ + 1, total_, task->task));
      note("sweep", task->task);
      try {
        launch_.seconds_before = std::chrono::duration<double>(Clock::now() - start_).count();
        Plan plan = prepare_job(*task, launch_);
        run_job(*task, plan, launch_);
      } catch (const NumericalError& error) {
        failures.push_back(fmt::format("{}: {}", task->task, error.what()));
      } catch (const Interrupted&) {
        note("stopped", task->task);
        throw;
      }
      ++done_;
    }
    note(failures.empty() ? "done" : "failed", "");
  }

  std::vector<std::string> failures;

 private:
  void say(const std::string& line) const {
    if (launch_.ranks.is_root()) fmt::print(stderr, "{}\n", line);
  }

  void note(const std::string& phase, const std::string& task) const {
    on_root(launch_.ranks, [&] {
      JsonLine line;
      line.add("phase", phase).add("done", done_).add("total", total_);
      if (!task.empty()) line.add("task", task);
      line.add("failed", std::ssize(failures));
      write_status(directory_, line);
      write_log(directory_, phase, task.empty() ? "" : JsonLine().add("task", task).members());
    });
  }

  Launch launch_;
  OutputDirectory directory_;
  std::int64_t total_;
  std::int64_t done_ = 0;
  Clock::time_point start_ = Clock::now();
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
    return it == old.end() || it->value == option.value ||
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
  const StopRequest stop;  // a signal between two tasks stops the second at its first checkpoint
  launch.ranks.barrier();
  on_root(launch.ranks, [&] { directory.prepare(sweep.text, resolved, launch.restart); });
  SweepRun run(sweep, launch);
  run.run(open);
  return run.failures;
}

}  // namespace nmc::drivers
