#pragma once

#include "core/interfaces.hpp"

namespace nmc {

/// Throws UserError where a model cannot propose configurations of a target.
void check_model(const Target& target, const Model& model);

/// What init() of proposals from a model does: draws of it where the state has no configuration,
/// else ln q of what is there.
void start_from_model(const Model& model, ChainState& state, const Streams& streams, Index chains);

/// Draws of a model as proposals whose ratio is q(x) / q(x').
[[nodiscard]] Proposed of_model(Draw draw);

}  // namespace nmc
