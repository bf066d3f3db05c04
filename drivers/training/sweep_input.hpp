#pragma once

#include <memory>

#include "core/parallel/workers.hpp"
#include "drivers/job/job.hpp"
#include "models/born_machines/sweep_training.hpp"

namespace nmc::drivers {

/// Whether the job trains its network by two-site sweeps over the data.
[[nodiscard]] bool learns_by_sweeps(const Job& job);

/// The sweeps that a job asks for, over its data; model and workers must outlive them. UserError
/// where the network is no Born machine, where keys say nothing to sweeps, and for data that do not
/// fit.
[[nodiscard]] std::unique_ptr<SweepTraining> make_sweeps(const Job& job, const System& system,
                                                         Trainable& model, Workers workers);

}  // namespace nmc::drivers
