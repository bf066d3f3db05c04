#pragma once

#include "models/flows/continuous/kernel_field.hpp"
#include "models/flows/map/coupling_kernel.hpp"

namespace nmc {

/// Runge–Kutta (the classical one of order 4, fixed steps) through the velocity of a kernel flow on
/// a tile: from t = 0 to 1 in generation, back from 1 to 0 in inference. log_det is the integral of
/// the divergence by the same rule, so that it and the inverse are true to order 4 in the step.
void integrate_kernel(const PackedKernelField<float>&, Direction, TileView<float>);
void integrate_kernel(const PackedKernelField<double>&, Direction, TileView<double>);

/// Vector-Jacobian product of integrate_kernel() in the same direction, of the steps themselves.
/// Its input is recomputed by the steps of the other direction, in double until those of this one
/// lead back to the output. `grad` gets the gradient by the tables where it is not null.
void integrate_kernel_vjp(const PackedKernelField<float>&, Direction, const TileVjp<float>&,
                          KernelTables<double>* grad);
void integrate_kernel_vjp(const PackedKernelField<double>&, Direction, const TileVjp<double>&,
                          KernelTables<double>* grad);

}  // namespace nmc
