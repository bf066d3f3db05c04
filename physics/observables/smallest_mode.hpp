#pragma once

#include <vector>

#include "core/lazy.hpp"
#include "core/spins/plane_counts.hpp"

namespace nmc {

/// A lattice that is periodic in every direction, with one site per cell, so that plane waves along
/// its axes are its normal modes.
struct Periodic {
  std::vector<Index> extents;  ///< Lx, Ly, …; empty where the lattice is none
  bool is_triangular = false;  ///< axes at 60 degrees, sites numbered as on the square lattice

  [[nodiscard]] bool has_modes() const;
};

/// The structure factor at the smallest wave vectors 2π/L along an axis,
///   S(k) = |Σ_x s_x e^{ik·x}|² / N,
/// the mean over the longest directions.
class SmallestMode {
 public:
  explicit SmallestMode(const Periodic& lattice);
  /// Spins or real numbers, (chains).
  [[nodiscard]] Column operator()(const Batch& x) const;
  /// Of packed spins, from counts of bits in planes.
  [[nodiscard]] Column operator()(const Spins& spins) const;

 private:
  /// The mean over directions, `planes` the sums over the planes of all, (rows, Σ extents).
  [[nodiscard]] Column mean_square(const Batch& planes) const;

  std::vector<Index> extents_;
  Index longest_, sites_;
  std::vector<double> cos_, sin_;  ///< of one turn in `longest_` steps
  Lazy<PlaneCounts> planes_;
};

/// The second-moment correlation length in units of the lattice spacing (Cooper, Freedman and
/// Preston, Nucl. Phys. B 210, 210 (1982)):
///   ξ = √(S(0)/S(k) − 1) / k̂,   k̂ = 2 sin(π/L), or (4/√3) sin(π/L) on the triangular lattice,
/// S(0) = N⟨m²⟩ not connected. 0 where S(k) exceeds S(0). NaN where no draw
/// has the mode, s_kmin = 0.
[[nodiscard]] double correlation_length(const Periodic& lattice, double s_zero, double s_kmin);

}  // namespace nmc
