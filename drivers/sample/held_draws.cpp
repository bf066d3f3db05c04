#include "drivers/sample/held_draws.hpp"

#include <algorithm>

namespace nmc::drivers {

Index measured_columns(const Plan& plan) {
  const SamplerTraits traits = plan.sampler.sampler->traits();
  constexpr Index kAll = 6, kOfFastSteps = 2;  // lp, acceptance_rate; accepted, diverging, …
  return std::ssize(plan.observables) + (traits.has_fast_steps ? kOfFastSteps : kAll) +
         (plan.model != nullptr && plan.sampler.keeps_log_q ? 1 : 0) +
         std::ssize(traits.part_names);
}

Index most_held_draws(const Plan& plan) {
  // The records and the gathered columns; of configurations the segment, those since the last
  // checkpoint, by chains, gathered, and as the file has them.
  constexpr double kCopies = 2, kCopiesOfConfigurations = 5;
  const auto rows = static_cast<double>(plan.simulation.chains * rows_per_chain(plan));
  double numbers = kCopies * static_cast<double>(measured_columns(plan));
  if (plan.simulation.keep_every > 0)
    numbers += kCopiesOfConfigurations * static_cast<double>(plan.system.target->sites()) /
               static_cast<double>(plan.simulation.keep_every);
  const double draws = plan.memory / (sizeof(double) * rows * numbers);
  return static_cast<Index>(std::clamp(draws, 1.0, static_cast<double>(plan.simulation.draws)));
}

}  // namespace nmc::drivers
