#pragma once

#include "core/fields/lattice_field.hpp"

namespace nmc::phi4_detail {

/// Batches of `chains` chains, column-major.
struct FieldView {
  const FieldStencil* stencil;
  Index chains;
};

/// action (chains) = S, and grad (chains, sites) = −∂S/∂φ unless it is null.
void action_and_force(const FieldView& view, const double* phi, double* grad, double* action);

struct LeapfrogView {
  const double *drift, *kick;  ///< (chains)
  double *phi, *xi;            ///< (chains, sites)
  double* grad;                ///< null: not wanted
};

/// φ += drift ξ, then ξ −= kick ∂S/∂φ at the new φ, in one pass over the lattice; action = S.
void drift_kick(const FieldView& view, const LeapfrogView& step, double* action);

}  // namespace nmc::phi4_detail
