#include "drivers/search/search_probe.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "drivers/search/plan_wave.hpp"

namespace nmc::drivers {

SearchCost probe_search(const Job& job, const Plan& plan) {
  constexpr int kSteps = 3;
  constexpr double kEnough = 0.5;  // CPU seconds
  WaveFunction& psi = *plan.wave;
  const auto parameters = std::ssize(std::as_const(psi).parameters());
  const SearchOptions options = search_options(job, parameters);
  const std::vector<double> before(std::as_const(psi).parameters().begin(),
                                   std::as_const(psi).parameters().end());
  const Ranks ranks;
  const Threads threads;
  const catalog::SamplerParts sampler = wave_sampler(job, plan);
  GroundStateSearch search({*plan.system.hamiltonian, psi, *sampler.sampler, {&ranks, &threads}},
                           options);
  (void)search.step();  // with the first settling of all chains
  double seconds = 0;
  int steps = 0;
  while (steps < kSteps && seconds < kEnough) {
    seconds += search.step().cpu_seconds;
    ++steps;
  }
  std::ranges::copy(before, psi.parameters().begin());
  psi.parameters_changed();
  return {seconds / steps * static_cast<double>(options.steps),
          GroundStateSearch::bytes(options, psi, GroundStateSearch::most_held(options, psi))};
}

}  // namespace nmc::drivers
