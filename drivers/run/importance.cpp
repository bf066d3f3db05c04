#include "drivers/run/importance.hpp"

#include "models/training/batch_loss.hpp"

namespace nmc::drivers {

ImportanceDraws importance_draws(const Job& job, const Plan& plan, const Session& session) {
  BatchTask task;
  task.model = plan.model.get();
  task.target = plan.system.target.get();
  task.streams.seed = static_cast<std::uint64_t>(job.run.integer("seed"));
  task.streams.purpose = Purpose::evaluate;
  task.rows = job.run.integer("importance");
  task.workers = {&session.ranks(), &session.threads()};
  const FreshDraws fresh = fresh_draws(task);
  ImportanceDraws draws{-fresh.loss, {}};
  const System& system = plan.system;
  if (system.is_boltzmann && system.beta > 0) draws.energy = -fresh.log_p / system.beta;
  return draws;
}

}  // namespace nmc::drivers
