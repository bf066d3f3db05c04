#include "drivers/init/pilot.hpp"

#include <algorithm>
#include <cmath>

#include "core/cpu_clock.hpp"
#include "core/statistics/gamma_method.hpp"
#include "drivers/plan/sampled_columns.hpp"
#include "drivers/run/estimate.hpp"

namespace nmc::drivers {
Pilot run_pilot(const Plan& plan, double seconds) {
  constexpr double kProbe = 0.3, kLeast = 100, kMost = 20000;
  const double of_all = estimate_sampling(plan, kProbe).seconds;
  const double wanted = seconds / of_all * static_cast<double>(plan.simulation.draws);
  SimulationOptions options = plan.simulation;
  options.draws = static_cast<Index>(std::clamp(wanted, kLeast, kMost));
  options.keep_every = 0;
  const Ranks ranks;
  const Threads threads(1);
  Simulation simulation(*plan.sampler.sampler, plan.observables, options, ranks, threads);
  Pilot pilot;
  pilot.chains = options.chains;
  pilot.draws = options.draws;
  const double began = cpu_now();
  simulation.run([&](const Segment& segment) {
    if (segment.is_warmup) pilot.warmup_seconds = cpu_now() - began;
    return true;
  });
  pilot.cpu_seconds = cpu_now() - began;
  const Records& records = simulation.records();
  for (Index i = 0; i < records.observables; ++i) {
    const auto place = static_cast<std::size_t>(i);
    if (records.names[place] == "log_weight") continue;
    const statistics::Chains draws =
        rung_columns(records.values[place], plan.own_rung, rows_per_chain(plan));
    const statistics::GammaResult gamma = statistics::gamma_method(draws);
    if (!(gamma.tau_int > pilot.tau)) continue;
    pilot.tau = gamma.tau_int;
    pilot.observable = records.names[place];
    pilot.is_short = !gamma.window_found;
  }
  if (pilot.observable.empty()) pilot.tau = statistics::not_a_number;
  return pilot;
}

}  // namespace nmc::drivers
