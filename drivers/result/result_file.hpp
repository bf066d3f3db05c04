#pragma once

#include <optional>

#include "drivers/plan/plan.hpp"
#include "drivers/result/importance.hpp"
#include "drivers/sample/classical_chains.hpp"
#include "drivers/sample/sample_phase.hpp"
#include "drivers/search/search_file.hpp"
#include "models/training/training_state.hpp"

namespace nmc::drivers {

/// Couplings beyond this number take more disk than drawing them again takes time.
inline constexpr std::size_t kMaxStoredBonds = std::size_t{1} << 22;

/// All that goes into a result.
struct Result {
  const Job* job = nullptr;
  const Plan* plan = nullptr;
  std::optional<Sampled> sampled;
  std::optional<TrainingProgress> training;
  std::optional<StoredSearch> search;  ///< of mode = ground_state
  ImportanceDraws importance;          ///< empty without a network
  ForwardDraws forward;                ///< empty without a network, or without run.forward
  archive::PhaseTime judged;           ///< what those draws took
};

/// Group /constant_data: extents, couplings, beta and the exact values.
void write_constant_data(archive::File& file, const System& system);

/// Writes all groups of a result.
void fill_result(archive::File& file, const Result& result, const Session& session);

/// Publishes DIR/result.h5: /posterior, /sample_stats, /constant_data, /train, /importance,
/// /provenance, as xarray and ArviZ read them. On rank 0.
void write_result(const Result& result, const Session& session);

}  // namespace nmc::drivers
