#pragma once

#include <optional>

#include "core/spins/graph.hpp"
#include "physics/exact/answer.hpp"
#include "physics/exact/uniform_torus.hpp"

namespace nmc {

/// lnZ of a torus of both couplings at so low or so high a temperature that the first terms of its
/// series are all that a double holds, and Kaufman's formula loses them to rounding; none
/// elsewhere. With K = β|J|, u = e^{−4K} and t = tanh βJ of each direction:
///   low: lnZ = −βE0 + ln 2 + N u_x u_y (1 + u_x + u_y) + C(Ly, 2) u_y^{Lx} + C(Lx, 2) u_x^{Ly},
///        spins turned alone and in pairs, and two straight walls;
///   high: lnZ = N (ln 2 + ln cosh K_x + ln cosh K_y) + N t_x² t_y² + Ly t_x^{Lx} + Lx t_y^{Ly},
///        squares and loops around the torus.
[[nodiscard]] std::optional<Exact> torus_series(const UniformTorus& torus, double beta);

}  // namespace nmc
