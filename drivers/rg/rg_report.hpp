#pragma once

#include <string>
#include <vector>

#include "core/parallel/threads.hpp"
#include "core/statistics/estimate.hpp"
#include "drivers/rg/rg_draws.hpp"
#include "physics/renormalisation/mcrg.hpp"
#include "physics/system.hpp"

namespace nmc::drivers::rg {

/// The lattice after so many steps of blocking.
struct RgLevel {
  Index L = 0;
  std::vector<statistics::Estimate> correlations;  ///< of each even operator, per term
  std::vector<statistics::Estimate> couplings;     ///< K_α by pseudo-likelihood
};

/// From one lattice to the next.
struct RgStep {
  Index from = 0, to = 0;
  std::vector<ScalingExponent> even, odd;
};

/// Principal components of the configurations.
struct RgComponents {
  std::vector<double> fraction;
  double uniform = 0;  ///< overlap |v·1|/√N of the leading one with the uniform configuration
  double m2 = 0;       ///< ⟨m²⟩ of the same draws
  Index draws = 0;
};

struct Report {
  std::string title;
  std::string sampler;
  Request request;
  Index chains = 0, draws = 0;
  std::vector<std::string> operators;  ///< even ones
  std::vector<RgLevel> levels;         ///< of the system itself first
  std::vector<RgStep> steps;
  RgComponents components;
  double cpu_seconds = 0;
};

/// Of Ising spins on an L×L torus, L = 8, 16, 24, …; blocked while the lattice is even and wider
/// than 8. UserError for other systems and for too few draws.
[[nodiscard]] Report make_report(const System& system, const Request& request,
                                 const Threads& threads);

[[nodiscard]] std::string report_text(const Report& report);
/// An object for each level, each step, and the principal components.
[[nodiscard]] std::string report_json(const Report& report);

/// Decimation of a closed chain of equal couplings, step after step: exact.
struct ChainStep {
  Index spins = 0;      ///< that are left
  double K = 0;         ///< between neighbours
  double constant = 0;  ///< from each spin that the step before removed; 0 of the first line
};
/// While the number of spins is even and above 2. UserError where the graph is no such chain.
[[nodiscard]] std::vector<ChainStep> decimate(const System& system);
[[nodiscard]] std::string chain_text(const System& system, const std::vector<ChainStep>& steps);
[[nodiscard]] std::string chain_json(const std::vector<ChainStep>& steps);

}  // namespace nmc::drivers::rg
