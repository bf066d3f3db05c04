#include "drivers/run/run_job.hpp"

#include "core/errors.hpp"
#include "drivers/json_line.hpp"
#include "drivers/run/importance.hpp"
#include "drivers/run/result_file.hpp"
#include "drivers/run/sample_phase.hpp"
#include "drivers/run/session.hpp"
#include "drivers/run/train_phase.hpp"

namespace nmc::drivers {
namespace {

// Carries out the phases and publishes the result; nothing is written before `plan` is made.
void carry_out(const Job& job, Plan& plan, Session& session) {
  Result result;
  result.job = &job;
  result.plan = &plan;
  if (plan.trains) train_phase(job, plan.system, *plan.model, session);
  if (plan.model) result.training = stored_training(session.directory());
  if (plan.samples) result.sampled = sample_phase(plan, session);
  // After sampling: in its warm-up the network may have learned more.
  if (plan.model) result.importance = importance_draws(job, plan, session);
  // A training that is asked for again must not take published draws away.
  const bool has_draws = !plan.samples && session.directory().has("sample.h5");
  session.on_root([&] {
    if (!has_draws || !session.directory().has("result.h5")) write_result(result, session);
    session.status("done", 1, 1);
  });
  session.log("done");
}

// Best effort: the disk may be what is full, and the error itself is what the user must hear.
void note_end(const Session& session, const std::string& phase, const std::string& reason) {
  try {
    session.log(phase, JsonLine().add("reason", reason).members());
    session.status(phase, 0, 0);
  } catch (const std::exception&) {
    return;
  }
}

}  // namespace

Plan prepare_job(const Job& job, const Launch& launch) {
  OutputDirectory(job.directory()).check(job, launch.restart);
  Plan plan = make_plan(job, launch.phases, launch.ranks, launch.restart);
  require_disk_space(job, plan);
  return plan;
}

void run_job(const Job& job, Plan& plan, const Launch& launch) {
  launch.ranks.barrier();
  Session session(job, launch.ranks, launch.command, launch.seconds_before);
  session.on_root([&] { session.directory().prepare(job, launch.restart); });
  session.log("start", JsonLine().add("command", launch.command).members());
  if (!plan.note.empty()) session.progress().say(plan.note);
  try {
    carry_out(job, plan, session);
  } catch (const Interrupted& error) {
    note_end(session, "stopped", error.what());
    throw;
  } catch (const std::exception& error) {
    note_end(session, "failed", error.what());
    throw;
  }
}

}  // namespace nmc::drivers
