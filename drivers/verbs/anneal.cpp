#include <cstdio>

#include "core/archive/publish.hpp"
#include "core/archive/utc.hpp"
#include "core/errors.hpp"
#include "drivers/anneal/anneal_phase.hpp"
#include "drivers/anneal/anneal_report.hpp"
#include "drivers/job/same_on_ranks.hpp"
#include "drivers/result/result_file.hpp"
#include "drivers/verbs/verb.hpp"

namespace nmc::drivers {
namespace {

archive::Provenance provenance_of(const Job& job, const Session& session,
                                  const archive::PhaseTime& time) {
  archive::Provenance provenance;
  provenance.mpi_library = mpi_library();
  provenance.host = archive::host_name();
  provenance.ranks = session.ranks().size();
  provenance.threads = session.threads().count();
  provenance.command_line = session.command();
  provenance.resolved_job = resolved_text(job);
  provenance.seed = job.run.integer("seed");
  provenance.phases.push_back(time);
  return provenance;
}

void carry_out(const Job& job, const AnnealPlan& plan, Session& session) {
  const AnnealData data = anneal_phase(plan, session);
  session.on_root([&] {
    archive::publish_file(session.directory().file("anneal.h5"), [&](archive::File& file) {
      write_anneal(file, data);
      write_constant_data(file, plan.system);
      archive::write_provenance(file, provenance_of(job, session, data.time));
      archive::stamp(file, "/anneal", archive::utc_now());
    });
  });
}

}  // namespace

int anneal_verb(const Invocation& call) {
  const StopRequest stop;  // a signal that comes before the first run stops after it
  Launch launch{call.ranks, call.command, {}, call.line.has("restart")};
  const Job job =
      resolve_job(read_job(call.line), {.model = false, .sampler = false, .anneal = true});
  require_same_jobs(call.ranks, {&job, 1}, launch.restart ? "anneal --restart" : "anneal");
  launch.job_end = find_job_end(job.run, call.ranks);
  const OutputDirectory directory(job.directory());
  directory.check(job, launch.restart);
  const AnnealPlan plan = make_anneal_plan(job, call.ranks);
  call.ranks.barrier();
  Session session(job, launch);
  session.carry_out(job, launch.restart, [&] { carry_out(job, plan, session); });
  bool is_refused = false;
  if (call.ranks.is_root()) {
    const AnnealReport report = anneal_report(read_anneal(directory.file("anneal.h5")));
    std::fputs((call.line.has("json") ? anneal_json(report) : anneal_text(report)).c_str(), stdout);
    is_refused = has_refusal(report.findings);
  }
  return call.ranks.any(is_refused) ? kRefusedExit : 0;
}

}  // namespace nmc::drivers
