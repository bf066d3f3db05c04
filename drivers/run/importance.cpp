#include "drivers/run/importance.hpp"

#include "models/training/batch_loss.hpp"

namespace nmc::drivers {

Column importance_weights(const Job& job, const Plan& plan, const Session& session) {
  BatchTask task;
  task.model = plan.model.get();
  task.target = plan.system.target.get();
  task.streams.seed = static_cast<std::uint64_t>(job.run.integer("seed"));
  task.streams.purpose = Purpose::evaluate;
  task.rows = job.run.integer("importance");
  task.workers = {&session.ranks(), &session.threads()};
  return -fresh_losses(task);
}

}  // namespace nmc::drivers
