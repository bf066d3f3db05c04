#include "drivers/run/run_job.hpp"

#include <fmt/format.h>

#include "drivers/result/importance.hpp"
#include "drivers/result/result_file.hpp"
#include "drivers/run/make_plan.hpp"
#include "drivers/run/run_size.hpp"
#include "drivers/run/same_measurement.hpp"
#include "drivers/sample/sample_phase.hpp"
#include "drivers/search/search_phase.hpp"
#include "drivers/session/phase_clock.hpp"
#include "drivers/session/session.hpp"
#include "drivers/training/continued_training.hpp"
#include "drivers/training/network.hpp"
#include "drivers/training/train_phase.hpp"
#include "models/flows/map/bijector_flow.hpp"

namespace nmc::drivers {
namespace {

// A network that follows an equation by steps says ln q up to an error, which draws must not feel.
void check_log_q(const Plan& plan, Session& session) {
  const BijectorFlow* const flow = as_layers(plan.model.get());
  const double error = flow ? flow->log_q_error() : 0;
  if (error == 0) return;
  session.progress().say(
      fmt::format("ln q of the network is true to {:.1e}, by 256 draws both ways and in twice the "
                  "steps",
                  error));
  require(error <= kLogQError,
          fmt::format("ln q of the network is off by {:.1e} at some draws, and samplers take {:g} "
                      "at most: train it at a lower train.learning_rate, with more model.steps, or "
                      "not as long, so that it stays smooth enough for its steps",
                      error, kLogQError));
}

// Carries out the phases and publishes the result; nothing is written before `plan` is made.
void run_phases(const Job& job, Plan& plan, Session& session) {
  Result result;
  result.job = &job;
  result.plan = &plan;
  if (plan.seeks_ground_state) search_phase(job, plan, session);
  if (plan.wave) result.search = stored_search(session.directory());
  if (plan.trains) train_phase(job, plan.system, *plan.model, session);
  // What is made without a training is written at once: other jobs and nmc evaluate read it.
  if (plan.model && !plan.trains && !plan.is_model_trained)
    session.on_root([&] { write_network(session.directory().file("model.h5"), job, *plan.model); });
  if (plan.model) result.training = stored_progress(session.directory());
  if (plan.model) check_log_q(plan, session);
  if (plan.samples) result.sampled = sample_phase(plan, session);
  // After sampling: in its warm-up the network may have learned more.
  if (plan.model) {
    const PhaseClock clock({"importance", 0, 0});
    result.importance = importance_draws(job, plan, session);
    result.forward = forward_draws(job, plan, session);
    result.judged = clock.read(session.ranks());
  }
  // A training that is asked for again must not take published draws away.
  const bool has_draws = !plan.samples && session.directory().has("sample.h5");
  session.on_root([&] {
    if (!has_draws || !session.directory().has("result.h5")) write_result(result, session);
  });
}

}  // namespace

Plan prepare_job(const Job& job, const Launch& launch) {
  const OutputDirectory directory(job.directory());
  directory.check(job, launch.restart);
  Plan plan = make_plan(job, launch.phases, launch.ranks, launch.restart);
  // A network that is trained on leaves the draws of the earlier one aside.
  if (!launch.restart && !plan.trains) require_same_measurement(job, plan, directory);
  const Index threads = job.run.integer("threads");
  require_fits(job, plan, threads > 0 ? static_cast<int>(threads) : launch.ranks.default_threads());
  return plan;
}

void run_job(const Job& job, Plan& plan, const Launch& launch) {
  launch.ranks.barrier();
  Session session(job, launch);
  session.carry_out(job, launch.restart, [&] {
    if (!plan.note.empty()) session.progress().say(plan.note);
    run_phases(job, plan, session);
  });
}

}  // namespace nmc::drivers
