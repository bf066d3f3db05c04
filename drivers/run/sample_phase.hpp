#pragma once

#include "core/archive/provenance.hpp"
#include "drivers/run/plan.hpp"
#include "drivers/run/session.hpp"

namespace nmc::drivers {

/// What a finished sampling hands on to the result.
struct Sampled {
  std::vector<std::string> names;  ///< observables, then the statistics of the sampler
  std::vector<Batch> values;       ///< (draws, chains) each, all chains, in their order
  Index observables = 0;           ///< the first so many are observables
  archive::PhaseTime time;
};

/// Samples as the plan says, from the newest checkpoint of the directory on. Throws Interrupted
/// after a checkpoint when the session must stop; NumericalError after saving the last good state
/// and the configuration that failed. Collective.
[[nodiscard]] Sampled sample_phase(Plan& plan, Session& session);

}  // namespace nmc::drivers
