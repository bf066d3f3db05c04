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

/// A tomography that has ended.
struct FittedState {
  const WaveFunction& psi;
  std::string method;  ///< "L-BFGS with the exact normalisation"
  std::vector<TomographyStart> starts;
  std::size_t best_start = 0;
  double cpu_seconds = 0;
};

/// What is to be said of its state, by all states of the qubits.
[[nodiscard]] LearnedState judge_state(const JudgedShots& shots, const FittedState& fitted,
                                       const Threads& threads);

/// The words and the numbers of it that do not ask for psi; the others are NaN.
[[nodiscard]] LearnedState begin_judgement(const JudgedShots& shots, const FittedState& fitted);

}  // namespace nmc::drivers
