#pragma once

#include <memory>
#include <optional>

#include "core/roles/objective.hpp"
#include "core/roles/trainable.hpp"
#include "drivers/job/job.hpp"

namespace nmc::drivers {

/// objective = mmd of a model that knows all its states, on the data set of the job; both must
/// outlive it. UserError for other models, keys that it does not read, and data that do not fit.
[[nodiscard]] std::unique_ptr<Objective> make_mmd(const Job& job, const System& system,
                                                  const Trainable& model,
                                                  std::optional<double> log_z);

}  // namespace nmc::drivers
