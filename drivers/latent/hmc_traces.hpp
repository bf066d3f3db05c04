#pragma once

#include <string>
#include <vector>

#include "core/parallel/threads.hpp"
#include "core/statistics/summary.hpp"
#include "drivers/latent/latent_source.hpp"

namespace nmc::drivers::latent {

/// HMC of the system in one of the two spaces, tuned in a warm-up of its own.
struct HmcTrace {
  std::string sampler;             ///< "hmc" or "latent_hmc"
  std::vector<std::string> names;  ///< m, abs_m, energy, …: those of collective variables measured
  std::vector<statistics::ChainSummary> summaries;  ///< of each, τ in trajectories
  std::vector<double> m;                            ///< of one chain, trajectory by trajectory
  double cpu_seconds = 0;                           ///< of the measured trajectories
  double seconds_per_step = 0;                      ///< CPU seconds per trajectory of one chain
  Index chains = 0, draws = 0;
};

/// Physical HMC first, latent HMC beside it; both start from the classical sampler's
/// configurations, and step the same number of times.
[[nodiscard]] std::vector<HmcTrace> hmc_traces(const Source& source, std::uint64_t seed,
                                               const Threads& threads);

}  // namespace nmc::drivers::latent
