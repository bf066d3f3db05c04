#pragma once

#include "core/archive/file.hpp"
#include "core/archive/xarray_group.hpp"
#include "models/training/training_state.hpp"

namespace nmc::drivers {

/// A training with its log as a checkpoint file; every number comes back bit for bit. `dates` take
/// the place of the view's own.
void write_training(archive::File& file, const TrainingView& state, const TrainingDates& dates);
[[nodiscard]] TrainingState read_training(const archive::File& file);
/// What of it is not as long as the parameters: of a large network the rest takes gigabytes.
[[nodiscard]] TrainingProgress read_progress(const archive::File& file);

/// The log as group /train of a result: variables over `step`, and over `validation_step`.
void write_train_group(archive::File& file, const TrainingProgress& training);

}  // namespace nmc::drivers
