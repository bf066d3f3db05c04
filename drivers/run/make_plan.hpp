#pragma once

#include <vector>

#include "core/parallel/ranks.hpp"
#include "drivers/job/job.hpp"
#include "drivers/plan/plan.hpp"
#include "drivers/session/launch.hpp"

namespace nmc::drivers {

/// Throws UserError for all that is wrong with the job: sizes that do not fit, samplers that cannot
/// work on the system, data and networks of another system, more ranks than chains. With `restart`
/// networks in the output directory do not count.
[[nodiscard]] Plan make_plan(const Job& job, const Phases& phases, const Ranks& ranks,
                             bool restart);

/// What a run has to measure on: chains of which two and two are replicas of each other, single
/// chains, or populations that go through many temperatures.
enum class MeasuredOn { pairs, chains, populations };

/// The observables that the job asks for, or those of the system's choice that can be measured.
/// UserError for unknown names, and for what cannot be measured on populations.
[[nodiscard]] std::vector<const Observable*> find_observables(const Job& job, const System& system,
                                                              MeasuredOn on);

}  // namespace nmc::drivers
