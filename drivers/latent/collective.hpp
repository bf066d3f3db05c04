#pragma once

#include <string>
#include <vector>

#include "physics/system.hpp"

namespace nmc::drivers::latent {

/// Collective variables of configurations, a column of (configurations) each.
struct Collective {
  std::vector<std::string> names;
  Batch values;  ///< (configurations, names)

  /// Place of a name; -1: not there.
  [[nodiscard]] Index place(const std::string& name) const;
};

/// m, abs_m, m2, the energy and the structure factor at the smallest wave vector of a lattice.
/// Where the system has observables of these names, of the spins behind a dual field, those; else
/// of the field itself where it is real. `action` is -ln p up to a constant.
[[nodiscard]] Collective collective_of(const System& system, const Batch& x);

}  // namespace nmc::drivers::latent
