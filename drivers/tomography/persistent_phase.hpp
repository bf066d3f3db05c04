#pragma once

#include <memory>

#include "drivers/session/session.hpp"
#include "drivers/tomography/judge_state.hpp"
#include "models/wave/persistent_tomography.hpp"

namespace nmc::drivers {

/// A tomography by chains.
struct PersistentInput {
  const JudgedShots& shots;
  std::unique_ptr<WaveFunction> psi;  ///< to begin with; its first numbers are the amplitude's
  Index hidden = 1;                   ///< units of the amplitude
  PersistentOptions options{};
};

/// Learns the state and publishes it as TomographyPlan::carry_out() says.
void learn_by_chains(const Job& job, PersistentInput input, Session& session);

/// Options of [tomography] that it reads.
[[nodiscard]] PersistentOptions persistent_options(const Job& job);

/// DIR/model.h5, and what is known of ψ in DIR/tomography.h5.
void publish_state(const Session& session, const WaveFunction& psi, const LearnedState& learned);

}  // namespace nmc::drivers
