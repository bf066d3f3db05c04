#pragma once

namespace nmc {

/// How a local sampler draws one spin given the others. With x = 2 β s h, the energy that turning s
/// over costs in units of the temperature:
enum class LocalRule {
  metropolis,  ///< flips with probability κ min(1, e^{−x}), κ below
  heat_bath,   ///< up with probability 1 / (1 + e^{−2 β h})
};

/// κ depends on the others' spins alone, so that both directions share it and detailed balance
/// holds whatever it is. With κ = 1 everywhere a sweep in a fixed order is deterministic where
/// nothing costs energy, and never reaches most states of a ring; a site whose flips cost hardly
/// anything would turn over at every visit. So κ is the product of
///   min(1, 15/16 + |x|), 15/16 for a tie;
///   1/2 where the site is hot at this temperature: 2 β √(h_i² + Σ J² + Σ K²) <= 1/2.
/// Where a site is not hot and spins are bits, all |x| but 0 exceed 1/16: there ties alone are
/// tested for, in hot rows too. See docs/theory/irreducibility.md.
struct MetropolisKappa {
  static constexpr float hot = 0.5F, tie = 0.9375F;
  /// Largest 2 β √(h_i² + Σ J² + Σ K²) of a hot site.
  static constexpr float hot_field = 0.5F;
};

}  // namespace nmc
