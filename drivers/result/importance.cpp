#include "drivers/result/importance.hpp"

#include "models/training/fresh_draws.hpp"

namespace nmc::drivers {

ImportanceDraws importance_draws(const Job& job, const Plan& plan, const Session& session) {
  const BatchRows batch{
      {.seed = static_cast<std::uint64_t>(job.run.integer("seed")), .purpose = Purpose::evaluate},
      job.run.integer("importance"),
      {&session.ranks(), &session.threads()}};
  const FreshDraws fresh = fresh_draws(*plan.model, *plan.system.target, batch);
  ImportanceDraws draws{-fresh.loss, {}};
  const System& system = plan.system;
  if (system.is_boltzmann && system.beta > 0) draws.energy = -fresh.log_p / system.beta;
  return draws;
}

}  // namespace nmc::drivers
