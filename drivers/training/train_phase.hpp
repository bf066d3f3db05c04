#pragma once

#include "drivers/session/session.hpp"

namespace nmc::drivers {

/// Trains `model` as the job says. The training is kept in DIR/train.h5, from which it resumes bit
/// for bit; the best network goes to DIR/model.h5 and into `model`. Throws Interrupted after a
/// checkpoint when the session must stop, NumericalError after saving the last good state.
void train_phase(const Job& job, const System& system, Trainable& model, Session& session);

}  // namespace nmc::drivers
