#pragma once

#include <vector>

#include "core/options/options.hpp"
#include "drivers/catalog/entries/entry.hpp"

namespace nmc::drivers {

/// Whether a job looks for a ground state, run.mode = ground_state: as given, and resolved.
[[nodiscard]] bool is_ground_state(const std::vector<GivenOption>& given);
[[nodiscard]] bool is_ground_state(const Options& run);

/// The sections that are its own.
struct GroundStateSections {
  Options system, model, search, sampler;
  const catalog::SystemEntry* system_entry = nullptr;
};
/// UserError for what is wrong with them, as of resolve_job().
[[nodiscard]] GroundStateSections resolve_ground_state(const std::vector<GivenOption>& given);

/// Throws UserError where a job without that mode has a quantum system.
void refuse_quantum(const Options& system, const catalog::SystemEntry& entry);

}  // namespace nmc::drivers
