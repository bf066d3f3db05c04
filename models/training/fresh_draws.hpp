#pragma once

#include "core/roles/model.hpp"
#include "core/roles/target.hpp"
#include "models/training/batch_rows.hpp"

namespace nmc {

/// Draws of a model held against a target, without gradients: the model needs no
/// reparametrisation and the target none of its derivatives.
struct FreshDraws {
  Column loss;   ///< ln q - ln p
  Column log_p;  ///< of the unnormalised target
};

/// `rows` of them.
[[nodiscard]] FreshDraws fresh_draws(const Model& model, const Target& target,
                                     const Streams& streams, Index rows);

/// Those of a whole batch, the same on every rank. Collective.
[[nodiscard]] FreshDraws fresh_draws(const Model& model, const Target& target,
                                     const BatchRows& batch);

/// Throws UserError where their sites or what these hold differ.
void check_fit(const Model& model, const Target& target);

}  // namespace nmc
