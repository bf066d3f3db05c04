#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <cstdio>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/errors.hpp"
#include "drivers/job/same_on_ranks.hpp"
#include "drivers/machine/learn_job.hpp"
#include "drivers/report/report.hpp"
#include "drivers/report/sweep_report.hpp"
#include "drivers/reweight/size_crossings.hpp"
#include "drivers/session/job_end.hpp"
#include "drivers/session/status_files.hpp"
#include "drivers/session/stop_request.hpp"
#include "drivers/tasks/run_sweep.hpp"
#include "drivers/tasks/run_tasks.hpp"
#include "drivers/terminal.hpp"
#include "drivers/tomography/tomography_job.hpp"
#include "drivers/verbs/learn.hpp"
#include "drivers/verbs/tomography.hpp"
#include "drivers/verbs/verb.hpp"

namespace nmc::drivers {
namespace {

constexpr int kInterruptedExit = 75;

// Every process ends with the code that the report calls for.
int exit_code(const Invocation& call, bool is_refused) {
  return call.ranks.any(is_refused) ? kRefusedExit : 0;
}

int finish_sweep(const Invocation& call, const Sweep& sweep,
                 const std::vector<std::string>& failures) {
  bool is_refused = false;
  on_root(call.ranks, [&] {
    const SweepReport report = read_sweep(sweep.directory);
    write_sweep_file(report);
    std::fputs(sweep_text(report, terminal_columns(STDOUT_FILENO)).c_str(), stdout);
    std::fputs(crossings_text(size_crossings(report)).c_str(), stdout);
    is_refused = has_refusal(report);
  });
  if (!failures.empty())
    throw NumericalError(fmt::format("{} of {} tasks failed: {}", failures.size(),
                                     sweep.tasks.size(), fmt::join(failures, "\n")));
  return exit_code(call, is_refused);
}

// What a call asks for, in words.
std::string call_line(const Launch& launch) {
  const Phases& phases = launch.phases;
  return fmt::format("{}{}",
                     !phases.sample ? "train"
                     : phases.train ? "run"
                                    : "sample",
                     launch.restart ? " --restart" : "");
}

// The table of some tasks of a sweep, and how far all of them are.
int finish_tasks(const Invocation& call, const Sweep& part, const TasksDone& done) {
  bool is_refused = false;
  if (call.ranks.is_root()) {
    std::set<std::string> names;
    for (const Job& task : part.tasks) names.insert(task.task);
    const SweepReport report = read_sweep_tasks(part.directory, names);
    std::fputs(sweep_text(report, terminal_columns(STDOUT_FILENO)).c_str(), stdout);
    is_refused = has_refusal(report);
    const std::string directory = part.directory.string();
    fmt::print("{:.0f} of {:.0f} tasks of {} are done{}\n", done.sweep.done, done.sweep.total,
               directory,
               done.sweep.state == "running"
                   ? fmt::format(" (nmc status {}); who ends last writes sweep.h5", directory)
                   : fmt::format(": {0}/sweep.h5 holds all (nmc report {0})", directory));
  }
  if (!done.failures.empty())
    throw NumericalError(fmt::format("{} of {} tasks of this job failed: {}", done.failures.size(),
                                     part.tasks.size(), fmt::join(done.failures, "\n")));
  return exit_code(call, is_refused);
}

int run_some_tasks(const Invocation& call, const Sweep& part, const JobSource& source,
                   Launch launch) {
  require_same_jobs(call.ranks, part.tasks, call_line(launch) + " --tasks");
  if (part.tasks.empty()) {
    if (call.ranks.is_root())
      fmt::print(stderr, "--tasks {}: no task of the sweep is left for this part\n",
                 call.line.value("tasks"));
    return 0;
  }
  launch.job_end = find_job_end(part.tasks.front().run, call.ranks);
  return finish_tasks(call, part, run_tasks(part, source, launch));
}

// Of a job that learns from data and samples nothing; nothing where it is none.
std::optional<int> learned(const Invocation& call, const Phases& phases, const JobSource& source) {
  if (is_learning(source.given)) {
    require(phases.train,
            "a job with [learn] has nothing to sample: nmc train JOB, then a job with "
            "[system] name = rbm, file = DIR/model.h5");
    return learn(call, source);
  }
  if (!is_tomography(source.given)) return std::nullopt;
  require(phases.train,
          "a job with [tomography] has nothing to sample: nmc run JOB, and nmc report DIR");
  return learn_state(call, source);
}

int run_phases(const Invocation& call, const Phases& phases) {
  const StopRequest stop;  // a signal that comes before the first draw stops at it
  Launch launch{call.ranks, call.command, phases, call.line.has("restart")};
  const Needs needs{phases.must_train, phases.sample};
  const JobSource source = read_job(call.line);
  if (const auto code = learned(call, phases, source)) return *code;
  if (call.line.named.contains("tasks"))
    return run_some_tasks(call, resolve_tasks(source, needs, call.line.value("tasks")), source,
                          launch);
  if (has_sweep(source.given)) {
    const Sweep sweep = resolve_sweep(source, needs);
    require_same_jobs(call.ranks, sweep.tasks, call_line(launch));
    launch.job_end = find_job_end(sweep.tasks.front().run, call.ranks);
    const std::vector<std::string> failures = run_sweep(sweep, given_text(source), launch);
    stop.end_at_once(kInterruptedExit,
                     fmt::format("stopped after the last task in {}: run again to put the tasks "
                                 "together",
                                 sweep.directory.string()));
    return finish_sweep(call, sweep, failures);
  }
  const Job job = resolve_job(source, needs);
  require_same_jobs(call.ranks, {&job, 1}, call_line(launch));
  launch.job_end = find_job_end(job.run, call.ranks);
  Plan plan = prepare_job(job, launch);
  run_job(job, plan, launch);
  stop.end_at_once(kInterruptedExit,
                   fmt::format("stopped after the result was written: nmc report {} prints its "
                               "table",
                               job.directory().string()));
  bool is_refused = false;
  if (call.ranks.is_root()) {
    const Report report = make_report(read_run(job.directory()));
    std::fputs(report_text(report).c_str(), stdout);
    is_refused = has_refusal(report.findings);
  }
  return exit_code(call, is_refused);
}

}  // namespace

int run_verb(const Invocation& call) {
  return run_phases(call, {.train = true, .sample = true, .must_train = false});
}

int train_verb(const Invocation& call) {
  return run_phases(call, {.train = true, .sample = false, .must_train = true});
}

int sample_verb(const Invocation& call) {
  return run_phases(call, {.train = false, .sample = true, .must_train = false});
}

}  // namespace nmc::drivers
