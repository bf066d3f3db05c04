#pragma once

#include "physics/exact/answer.hpp"
#include "physics/observables/smallest_mode.hpp"
#include "physics/systems/xy.hpp"

namespace nmc {

/// The XY model where its sums can be done: trees (open chains) of any couplings, and rings and
/// tori up to 3 wide with one coupling for each direction; see docs/theory/xy.md. lnZ, energy,
/// heat, m2 and, of rings and tori, the helicity modulus along the first direction.
[[nodiscard]] ExactAnswer exact_xy(const XyModel& model, const Periodic& lattice,
                                   const ExactEffort& effort = {});

}  // namespace nmc
