#pragma once

#include "core/interfaces.hpp"
#include "core/roles/spin_target.hpp"

namespace nmc {

/// Inverse temperature at which a model learns from a target: the target's where the model is one
/// for a range of them, else its own.
[[nodiscard]] inline double beta_of(const Target& target, const Trainable& model, double own) {
  if (!model.beta_range()) return own;
  const SpinTarget* const spins = target.spins();
  return spins == nullptr ? own : spins->beta();
}

}  // namespace nmc
