#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <cstdio>

#include "core/errors.hpp"
#include "drivers/report/report.hpp"
#include "drivers/report/sweep_report.hpp"
#include "drivers/run/run_sweep.hpp"
#include "drivers/run/status_files.hpp"
#include "drivers/run/stop_request.hpp"
#include "drivers/terminal.hpp"
#include "drivers/verbs/verb.hpp"

namespace nmc::drivers {
namespace {

void finish_sweep(const Invocation& call, const Sweep& sweep,
                  const std::vector<std::string>& failures) {
  on_root(call.ranks, [&] {
    const SweepReport report = read_sweep(sweep.directory);
    write_sweep_file(report);
    std::fputs(sweep_text(report, terminal_columns(STDOUT_FILENO)).c_str(), stdout);
  });
  if (!failures.empty())
    throw NumericalError(fmt::format("{} of {} tasks failed: {}", failures.size(),
                                     sweep.tasks.size(), fmt::join(failures, "\n")));
}

int run_phases(const Invocation& call, const Phases& phases) {
  const StopRequest stop;  // a signal that comes before the first draw stops at it
  const Launch launch{call.ranks, call.command, phases, call.line.has("restart")};
  const Needs needs{phases.must_train, phases.sample};
  const JobSource source = read_job(call.line);
  if (has_sweep(source.given)) {
    const Sweep sweep = resolve_sweep(source, needs);
    finish_sweep(call, sweep, run_sweep(sweep, given_text(source), launch));
    return 0;
  }
  const Job job = resolve_job(source, needs);
  Plan plan = prepare_job(job, launch);
  run_job(job, plan, launch);
  if (call.ranks.is_root())
    std::fputs(report_text(make_report(read_run(job.directory()))).c_str(), stdout);
  return 0;
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
