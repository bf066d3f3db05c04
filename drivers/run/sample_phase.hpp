#pragma once

#include <optional>

#include "core/archive/provenance.hpp"
#include "drivers/run/plan.hpp"
#include "drivers/run/sample_files.hpp"
#include "drivers/run/session.hpp"

namespace nmc::drivers {

/// All temperatures of a run with a ladder.
struct SampledLadder {
  std::vector<double> betas;
  Index own_rung = 0;         ///< at the system's beta
  std::vector<Batch> values;  ///< of the observables, (draws, rows), rung fastest; see Sampled
  Batch replicas;             ///< ReplicaMemory, (rows, parts)
};

/// Columns of one rung, (draws, chains), of a table (draws, rows).
[[nodiscard]] Batch rung_columns(const Batch& rows, Index rung, Index rungs);

/// One column for every pair of chains, those of its first chain, of a table (draws, rows).
[[nodiscard]] Batch pair_columns(const Batch& rows, Index rungs);

/// What a finished sampling hands on to the result.
struct Sampled {
  std::vector<std::string> names;  ///< observables, then the statistics of the sampler
  /// (draws, chains) each, all chains, in their order; (draws, pairs) of observables of pairs.
  std::vector<Batch> values;
  Index observables = 0;  ///< the first so many are observables
  archive::PhaseTime time;
  std::vector<SampledPart> parts{};       ///< of a composed sampler
  std::optional<SampledLadder> ladder{};  ///< of tempering; `values` are those of its own rung
  /// Sums of the plan's arrays over array_draws draws, (chains or pairs, size) each, at the
  /// system's own temperature.
  std::vector<Batch> sums{};
  Index array_draws = 0;
};

/// Samples as the plan says, from the newest checkpoint of the directory on. Throws Interrupted
/// after a checkpoint when the session must stop; NumericalError after saving the last good state
/// and the configuration that failed. Collective.
[[nodiscard]] Sampled sample_phase(Plan& plan, Session& session);

/// The draws that the newest checkpoint of the directory holds, as many as plan.simulation.draws
/// says. Writes nothing.
[[nodiscard]] Sampled stored_samples(Plan& plan, Session& session);

}  // namespace nmc::drivers
