#include "drivers/tasks/run_sweep.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <limits>
#include <utility>

#include "core/archive/provenance.hpp"
#include "core/archive/utc.hpp"
#include "core/errors.hpp"
#include "core/options/job_file.hpp"
#include "core/options/paths.hpp"
#include "core/options/sweep_values.hpp"
#include "core/parallel/bell.hpp"
#include "drivers/run/run_size.hpp"
#include "drivers/session/directory.hpp"
#include "drivers/session/job_end.hpp"
#include "drivers/session/packed_task.hpp"
#include "drivers/session/status_files.hpp"
#include "drivers/tasks/task_claims.hpp"
#include "drivers/tasks/task_group.hpp"
#include "drivers/tasks/task_outcome.hpp"

namespace nmc::drivers {
namespace {

constexpr Index kAnyRanks = std::numeric_limits<int>::max();

// Values that change how a run goes on and where to, but nothing in its result.
bool is_of_the_call(const Options& section, const std::string& key) {
  if (section.section() == "output") return key == "dir";
  return section.section() == "run" &&
         (key == "walltime" || key == "threads" || key == "checkpoint" || key == "memory");
}

// A rank needs a chain, or a pair of them where pairs are measured.
Index most_ranks(const Plan& plan) {
  bool has_pairs = false;
  for (std::size_t i = 0; i < plan.observables.size(); ++i) has_pairs |= is_of_pairs(plan, i);
  for (const auto& array : plan.arrays) has_pairs |= array->is_of_pairs();
  return plan.samples ? plan.simulation.chains / (has_pairs ? 2 : 1) : kAnyRanks;
}

}  // namespace

OpenTasks open_tasks(const Sweep& sweep, const Launch& launch) {
  OpenTasks open;
  open.sweep = &sweep;
  open.ranks = launch.ranks.size();
  Index most = open.ranks;
  double bytes = 0;
  // How many ranks work at a task is decided later, by what its chains allow.
  const Ranks alone;
  const Launch own{alone, launch.command, launch.phases, launch.restart};
  for (std::size_t place = 0; place < sweep.tasks.size(); ++place) {
    const Job& task = sweep.tasks[place];
    OutputDirectory(task.directory()).check(task, launch.restart);
    const bool may_skip = !launch.restart && launch.phases.sample;
    if (may_skip && launch.ranks.any(launch.ranks.is_root() && is_finished(task))) {
      open.finished.push_back(place);
      continue;
    }
    try {
      const Plan plan = prepare_job(task, own);
      bytes += disk_size(task, plan).all();
      most = std::min(most, most_ranks(plan));
    } catch (const UserError& error) {
      throw UserError(fmt::format("{} (task {} of the sweep)", error.what(), task.task));
    }
    open.places.push_back(place);
  }
  open.most_ranks = static_cast<int>(most);
  open.done = sweep.tasks.size() - open.places.size();
  require_free(sweep.directory, bytes);
  return open;
}

namespace {

/// Rounds: in each the ranks form as many groups as there are tasks, or ranks, and end it where it
/// pays to form others.
class SweepRun {
 public:
  SweepRun(const Sweep& sweep, const Launch& launch, OpenTasks open)
      : launch_(launch),
        directory_(sweep.directory),
        claims_(sweep.directory / ".tasks"),
        open_(std::move(open)) {
    launch_.restart = false;  // the directory as a whole is moved aside
    launch_.sweep_directory = sweep.directory.string();
    open_.started = archive::utc_now();
  }

  std::vector<std::string> run() {
    // Of starts that were killed between a result and its packing.
    on_root(launch_.ranks, [&] {
      for (const std::size_t place : open_.finished)
        pack_task(directory_.path(), open_.task(place).task);
    });
    if (open_.done > 0 && launch_.ranks.is_root())
      fmt::print(stderr, "{} of {} tasks are done\n", open_.done, open_.sweep->tasks.size());
    const std::string end =
        wall_limit(open_.sweep->tasks.front().run, launch_.job_end, launch_.began).note;
    if (!end.empty() && launch_.ranks.is_root()) fmt::print(stderr, "{}\n", end);
    while (!open_.places.empty()) {
      for (const TaskOutcome& outcome : round()) take_in(outcome);
      if (!end_.empty()) end_early();
    }
    RunStatus status = sweep_status(open_);
    status.state = failures_.empty() ? "done" : "failed";
    status.phase = "done";
    note(status);
    return failures_;
  }

 private:
  std::vector<TaskOutcome> round() {
    const Ranks& all = launch_.ranks;
    on_root(all, [&] { claims_.begin(); });
    // Where there are more ranks than all tasks can use, the last ones look on.
    const int groups = std::min(static_cast<int>(open_.places.size()), all.size());
    const int workers = std::min(all.size(), groups * open_.most_ranks);
    const bool works = all.rank() < workers;
    const Ranks ranks = all.split(works ? all.rank() * groups / workers : groups);
    Bell bell(all);
    Launch launch{ranks, launch_.command, launch_.phases, false, launch_.began, launch_.must_work};
    launch.sweep_directory = launch_.sweep_directory;
    launch.job_end = launch_.job_end;
    launch.shows_progress = all.is_root();
    const std::vector<TaskOutcome> own =
        works ? TaskGroup(open_, launch, claims_, bell).work() : std::vector<TaskOutcome>();
    bell.ring(Bell::Sound::idle);
    bell.finish();
    std::vector<TaskOutcome> outcomes = gather(all, own);
    on_root(all, [&] { claims_.end(); });
    return outcomes;
  }

  void take_in(const TaskOutcome& outcome) {
    using Kind = TaskOutcome::Kind;
    if (outcome.kind == Kind::stopped || outcome.kind == Kind::refused) {
      end_.push_back(outcome);
      return;
    }
    std::erase(open_.places, outcome.task);
    (outcome.kind == Kind::done ? open_.done : open_.failed) += 1;
    if (outcome.kind == Kind::failed) failures_.push_back(outcome.message);
    launch_.must_work = false;
  }

  // A refusal is what the user must hear; of several that were stopped the first says how to go on.
  void end_early() {
    const auto refused = std::ranges::find(end_, TaskOutcome::Kind::refused, &TaskOutcome::kind);
    const bool is_refused = refused != end_.end();
    const std::string reason = (is_refused ? *refused : end_.front()).message;
    RunStatus status = sweep_status(open_);
    status.state = is_refused ? "failed" : "stopped";
    status.reason = reason;
    note(status);
    if (is_refused) throw UserError(reason);
    throw Interrupted(reason);
  }

  void note(const RunStatus& status) const {
    on_root(launch_.ranks, [&] {
      write_status(directory_.file("status.json"), status);
      write_log(directory_, status.state);
    });
  }

  Launch launch_;
  OutputDirectory directory_;
  TaskClaims claims_;
  OpenTasks open_;
  std::vector<TaskOutcome> end_;  ///< why there is no next round
  std::vector<std::string> failures_;
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
    return it == old.end() || canonical_value(it->value) == canonical_value(stored_value(option)) ||
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
  OpenTasks open = open_tasks(sweep, launch);
  launch.ranks.barrier();
  std::unique_ptr<archive::DirectoryLock> lock;
  const auto say = [](const std::string& line) { fmt::print(stderr, "{}\n", line); };
  on_root(launch.ranks, [&] { lock = directory.prepare(sweep, resolved, launch.restart, say); });
  return SweepRun(sweep, launch, std::move(open)).run();
}

}  // namespace nmc::drivers
