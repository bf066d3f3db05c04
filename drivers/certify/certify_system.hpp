#pragma once

#include "drivers/certify/check.hpp"
#include "physics/system.hpp"

namespace nmc::certify {

/// The density against its own gradient, flips and rows; its observables.
[[nodiscard]] Checks certify_system(const System& system);
/// One of its observables.
[[nodiscard]] Checks certify_observable(const System& system, const Observable& observable);

}  // namespace nmc::certify
