#pragma once

#include "drivers/tomography/known_state.hpp"
#include "drivers/tomography/tomography_file.hpp"

namespace nmc::drivers {

/// What a state is judged by.
struct JudgedShots {
  const Shots& all;
  const SplitShots& split;
  const KnownState* truth = nullptr;  ///< null where it is not known
};

/// What is to be said of the best state of a tomography that has ended.
[[nodiscard]] LearnedState judge_state(const JudgedShots& shots, const Tomography& fit,
                                       double cpu_seconds, const Threads& threads);

}  // namespace nmc::drivers
