#pragma once

namespace nmc::drivers {

/// CPU seconds per effective draw: the time of all draws over their number / 2 tau_int, where
/// tau_int = 1/2 for independent ones.
[[nodiscard]] inline double cost_of_draw(double cpu_seconds, double draws, double tau_int) {
  return cpu_seconds * 2 * tau_int / draws;
}

}  // namespace nmc::drivers
