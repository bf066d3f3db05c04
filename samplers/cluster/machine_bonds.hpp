#pragma once

#include "samplers/cluster/cluster_bonds.hpp"

namespace nmc {

/// A Boltzmann machine with a hidden unit 0, 1 for every bond, ln p̃(s, h) = Σ h (b + W s_i s_j)
/// (Wang, Phys. Rev. E 96, 051301 (2017)). With h summed out it is an Ising model of coupling K,
///   (1 + e^{b+W})/(1 + e^{b−W}) = e^{2K}:
/// b of every W on this curve, |W| > |K| of the same sign. Drawn given the spins, a unit is on
/// with probability
///   σ(b + W) = (1 − e^{−2K})/(1 − e^{−2W}) between equal spins,
///   σ(b − W) = (e^{2K} − 1)/(e^{2W} − 1) between unequal ones;
/// W → ∞ is Swendsen and Wang.
struct HiddenUnit {
  double K = 0;  ///< coupling that the unit makes
  double W = 0;  ///< may be ±infinity
  [[nodiscard]] double on_between_equal() const;
  [[nodiscard]] double on_between_unequal() const;
  [[nodiscard]] double b() const;  ///< −infinity where W is infinite
};

struct MachineShape {
  double W = 0;       ///< |W| of every unit, > the largest |K|; may be infinite
  double factor = 1;  ///< K = factor · β J
  /// A unit for every term of four spins too, ln p̃ = Σ h (b + W s_i s_j s_k s_l), of their βK as
  /// they are: what it joins turns as one, and its product stays.
  bool has_fours = false;
};
/// The bonds of the machine of these spins, fields left out, and plaquettes without has_fours.
/// UserError where W is too small, by its size.
[[nodiscard]] ClusterBonds make_machine_bonds(const SpinTarget& target, const MachineShape& shape);

}  // namespace nmc
