#pragma once

#include "core/fields/coupled_angles.hpp"

namespace nmc::xy_detail {

/// Angles of `chains` chains, column-major, by their cosines and sines, (chains, sites).
struct AngleView {
  const AngleCouplings* couplings;
  Index chains;
  const double *cosine, *sine;
};

/// energy (chains) = H, and gradient (chains, sites) = ∂H/∂θ unless it is null.
void energy_and_gradient(const AngleView& view, double* energy, double* gradient);

}  // namespace nmc::xy_detail
