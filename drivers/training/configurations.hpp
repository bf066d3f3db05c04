#pragma once

#include "drivers/job/job.hpp"
#include "physics/system.hpp"

namespace nmc::drivers {

/// The configurations that train.data names by FILE.h5:DATASET, (rows, sites). UserError where they
/// are of another number of sites than the system, or no spins where that has spins.
[[nodiscard]] Batch read_configurations(const Job& job, const System& system);

/// How many of the last rows train.held_out keeps away from the training.
[[nodiscard]] Index held_out_rows(const Job& job, Index rows);

}  // namespace nmc::drivers
