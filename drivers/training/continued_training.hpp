#pragma once

#include <optional>

#include "drivers/job/job.hpp"
#include "drivers/session/directory.hpp"
#include "models/training/training_state.hpp"

namespace nmc::drivers {

/// The training that a directory holds in train.h5, if any; messages about damaged files go to
/// `say`.
[[nodiscard]] std::optional<TrainingState> stored_training(const OutputDirectory& directory,
                                                           const OutputDirectory::Say& say = {});
/// The same without what is as long as the parameters.
[[nodiscard]] std::optional<TrainingProgress> stored_progress(const OutputDirectory& directory);

/// What a job asks of the training in its directory.
enum class TrainingSoFar {
  none,  ///< there is none
  open,  ///< to be gone on with: it was stopped, or train.steps, time or stop_at_ess were raised
  over   ///< what the job asks for is done
};
/// UserError where the job asks for fewer steps than are done.
[[nodiscard]] TrainingSoFar training_so_far(const Job& job, const OutputDirectory& directory);

/// Whether the job trains the network of model.file on. UserError where it does not say so and
/// nobody could tell: the command line gives train.steps to a network that is there already.
[[nodiscard]] bool trains_given_network(const Job& job, bool must_train);

/// Puts the network of a training that goes on, and all that was sampled with it, into a directory
/// of their own: the draws of two networks must not mix. Says what it did. On rank 0.
void set_earlier_network_aside(const Job& job, const OutputDirectory& directory, Index step,
                               const OutputDirectory::Say& say);

}  // namespace nmc::drivers
