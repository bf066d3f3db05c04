#pragma once

#include "core/archive/file.hpp"
#include "core/archive/xarray_group.hpp"
#include "models/training/training_state.hpp"

namespace nmc::drivers {

/// A training with its log as a checkpoint file; every number comes back bit for bit.
void write_training(archive::File& file, const TrainingState& state);
[[nodiscard]] TrainingState read_training(const archive::File& file);

/// The log as group /train of a result: variables over `step`, and over `validation_step`.
void write_train_group(archive::File& file, const TrainingState& state);

}  // namespace nmc::drivers
