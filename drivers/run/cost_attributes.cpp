#include "drivers/run/cost_attributes.hpp"

#include <algorithm>

#include "core/statistics/gamma_method.hpp"
#include "drivers/report/cost.hpp"

namespace nmc::drivers {
namespace {

const char* const kStats = "/sample_stats";

void write_sampler(archive::File& file, const Sampled& sampled, const Plan& plan) {
  file.set_attribute(kStats, "cpu_seconds", sampled.time.cpu_seconds);
  file.set_attribute(kStats, "wall_seconds", sampled.time.wall_seconds);
  file.set_attribute(kStats, "steps_per_draw",
                     static_cast<std::int64_t>(plan.simulation.thin * plan.simulation.bin));
  // Tuning ends with the warm-up: all draws have the same.
  for (std::size_t i = 0; i < sampled.names.size(); ++i) {
    const Batch& values = sampled.values[i];
    if (values.size() == 0 || !(values(0, 0) > 0)) continue;
    if (sampled.names[i] == "step_size") file.set_attribute(kStats, "step_size", values(0, 0));
    if (sampled.names[i] == "n_steps")
      file.set_attribute(kStats, "n_steps", static_cast<std::int64_t>(values(0, 0)));
  }
}

}  // namespace

void write_costs(archive::File& file, const Sampled& sampled, const Plan& plan,
                 const Threads& threads) {
  write_sampler(file, sampled, plan);
  const auto count = static_cast<std::size_t>(sampled.observables);
  std::vector<statistics::GammaResult> results(count);
  threads.for_each(sampled.observables, [&](Index i) {
    const auto place = static_cast<std::size_t>(i);
    results[place] = statistics::gamma_method(sampled.values[place]);
  });
  for (std::size_t i = 0; i < count; ++i) {
    if (sampled.names[i] == "log_weight") continue;  // a statistic of the sampler
    const std::string variable =
        (is_of_pairs(plan, i) ? "/pairs/" : "/posterior/") + sampled.names[i];
    const auto draws = static_cast<double>(sampled.values[i].size());
    file.set_attribute(variable, "tau_int", results[i].tau_int);
    file.set_attribute(variable, "tau_int_error", results[i].tau_int_error);
    file.set_attribute(variable, "cpu_seconds_per_effective_draw",
                       cost_of_draw(sampled.time.cpu_seconds, draws, results[i].tau_int));
  }
}

}  // namespace nmc::drivers
