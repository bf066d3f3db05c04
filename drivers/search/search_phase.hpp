#pragma once

#include <optional>

#include "drivers/plan/plan.hpp"
#include "drivers/search/search_file.hpp"
#include "drivers/session/session.hpp"

namespace nmc::drivers {

/// Looks for the ground state of plan.system with plan.wave, from the checkpoint of an earlier
/// start where there is one, and publishes DIR/model.h5.
void search_phase(const Job& job, Plan& plan, Session& session);

/// The search of a directory, so far; none where there is none.
[[nodiscard]] std::optional<StoredSearch> stored_search(const OutputDirectory& directory);

}  // namespace nmc::drivers
