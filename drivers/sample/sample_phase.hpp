#pragma once

#include <optional>

#include "core/archive/provenance.hpp"
#include "drivers/plan/plan.hpp"
#include "drivers/report/stop_report.hpp"
#include "drivers/sample/sample_files.hpp"
#include "drivers/session/session.hpp"

namespace nmc::drivers {

/// All temperatures of a run with a ladder.
struct SampledLadder {
  std::vector<double> betas;
  Index own_rung = 0;  ///< at the system's beta
  Batch replicas;      ///< ReplicaMemory, (rows, parts)
};

/// What a finished sampling hands on to the result; the draws lie in the parts of the directory.
struct Sampled {
  std::vector<std::string> names;  ///< observables, then the statistics of the sampler
  Index observables = 0;           ///< the first so many are observables
  archive::PhaseTime time;
  std::vector<SampledPart> parts{};       ///< of a composed sampler
  std::optional<SampledLadder> ladder{};  ///< of tempering
  /// Sums of the plan's arrays over array_draws draws, (chains or pairs, size) each, at the
  /// system's own temperature.
  std::vector<Batch> sums{};
  Index array_draws = 0;
  Batch binned{};  ///< sums of the control variates, SimulationState::binned of all chains
  StopReport stop{};
};

/// Samples as the plan says, or as few draws as its [stop] asks for, which plan.simulation.draws
/// then says, from the newest checkpoint of the directory on. Throws Interrupted
/// after a checkpoint when the session must stop; NumericalError after saving the last good state
/// and the configuration that failed. Collective.
[[nodiscard]] Sampled sample_phase(Plan& plan, Session& session);

/// The draws that the newest checkpoint of the directory holds, as many as plan.simulation.draws
/// says. Writes nothing.
[[nodiscard]] Sampled stored_samples(Plan& plan, Session& session);

}  // namespace nmc::drivers
