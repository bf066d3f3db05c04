#include "drivers/verbs/tomography.hpp"

#include <cstdio>

#include "core/errors.hpp"
#include "drivers/job/same_on_ranks.hpp"
#include "drivers/report/finding.hpp"
#include "drivers/tomography/tomography_file.hpp"
#include "drivers/tomography/tomography_job.hpp"
#include "drivers/tomography/tomography_phase.hpp"

namespace nmc::drivers {

std::string tomography_of(const std::filesystem::path& run) {
  const std::filesystem::path file = run / "tomography.h5";
  return std::filesystem::exists(file) ? file.string() : "";
}

int learn_state(const Invocation& call, const JobSource& source) {
  require(!call.line.named.contains("tasks"),
          "--tasks names tasks of a sweep, and a job with [tomography] has none: leave it out");
  const StopRequest stop;  // a signal that comes before the first step stops after it
  Launch launch{call.ranks, call.command, {}, call.line.has("restart")};
  const Job job = resolve_tomography(source);
  require_same_jobs(call.ranks, {&job, 1}, launch.restart ? "train --restart" : "train");
  launch.job_end = find_job_end(job.run, call.ranks);
  const OutputDirectory directory(job.directory());
  directory.check(job, launch.restart);
  const TomographyPlan plan(job);
  call.ranks.barrier();
  Session session(job, launch);
  session.carry_out(job, launch.restart, [&] { plan.carry_out(session); });
  bool refuses = false;
  if (call.ranks.is_root()) {
    const LearnedState learned = read_learned_state(directory.file("tomography.h5"));
    std::fputs(learned_state_text(learned).c_str(), stdout);
    refuses = is_refused(learned);
  }
  return call.ranks.any(refuses) ? kRefusedExit : 0;
}

}  // namespace nmc::drivers
