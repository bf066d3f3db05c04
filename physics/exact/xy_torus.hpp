#pragma once

#include <optional>

#include "core/batch.hpp"

namespace nmc {

/// A ring (width 1) or a torus of the XY model with one coupling for each direction and no field.
struct XyTorus {
  Index length = 1;     ///< sites along the direction that is summed over by powers
  Index width = 1;      ///< sites in a row, 1 to 3
  double J_along = 1;   ///< of the bonds along the length
  double J_across = 1;  ///< of those within a row; a row of one site has none
};

struct XyTorusSums {
  double lnZ = 0;  ///< with (2π)^sites
  double energy = 0, heat = 0;
  std::optional<double> m2;     ///< none where its matrices would take too much memory
  double helicity_modulus = 0;  ///< along the length
};

/// The transfer matrix in the basis of characters e^{i Σ n_y θ_y} of a row (José, Kadanoff,
/// Kirkpatrick and Nelson, Phys. Rev. B 16, 1217 (1977): currents n on the bonds),
///   T(n, n') = h(n − n') Π_y I_{n'_y}(β J_along),
///   h(d) = Σ_m Π_y I_{m + d_0 + … + d_y}(β J_across),
///   Z = (2π)^sites Σ_Q Tr T_Q^length,
/// which conserves Q = Σ n_y: the current around the torus, so that Υ = length ⟨Q²⟩ / (width β).
/// Rows whose weight is below `precision` of the largest are left out. None where this is estimated
/// to take longer than `cpu_seconds`.
[[nodiscard]] std::optional<XyTorusSums> xy_torus_sums(const XyTorus& torus, double beta,
                                                       double cpu_seconds,
                                                       double precision = 1e-17);

}  // namespace nmc
