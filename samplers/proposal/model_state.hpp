#pragma once

#include "core/interfaces.hpp"

namespace nmc {

/// Throws UserError where a model cannot propose configurations of a target.
void check_model(const Target& target, const Model& model);

/// What init() of samplers does whose proposals come from a model: draws of it where the state has
/// no configuration, else ln q and ln p of what is there; packed spins become numbers.
void start_from_model(const Target& target, const Model& model, ChainState& state,
                      const Streams& streams, Index chains);

/// Accepts draws of the model for the configurations of a state that holds ln q,
///   min[1, p(x') q(x) / (p(x) q(x'))].
[[nodiscard]] StepInfo accept_draw(const Target& target, Draw draw, ChainState& state,
                                   const Streams& streams);

}  // namespace nmc
