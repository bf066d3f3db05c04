#pragma once

#include <vector>

#include "core/spins/graph.hpp"

namespace nmc {

/// −c Π s over one to four different sites.
struct Monomial {
  std::vector<Index> sites;  ///< ascending
  double coupling = 0;       ///< not 0
};

/// A graph's Hamiltonian H = −Σ_terms c Π s as the exact solvers read it: fields, bonds and
/// plaquettes alike, every set of sites once.
struct SpinPolynomial {
  Index sites = 0;
  std::vector<Monomial> terms;

  /// Whether H(−s) = H(s): no term has an odd number of sites.
  [[nodiscard]] bool is_even() const;
  /// Σ |c|: no energy is larger.
  [[nodiscard]] double bound() const;
};

/// Throws UserError where the graph is not sound.
[[nodiscard]] SpinPolynomial spin_polynomial(const Graph& graph);

/// The energies that a system with commensurate couplings can have: first + k step, k = 0 …
/// count−1.
struct EnergyLevels {
  double first = 0;
  double step = 0;
  Index count = 0;
};

/// Levels where every coupling is a multiple of one unit (to 1e-11 of the largest) and there are at
/// most `max_levels`; else count = 0.
[[nodiscard]] EnergyLevels energy_levels(const SpinPolynomial& terms);
inline constexpr Index max_levels = 100'000;
/// The message where there are none.
inline constexpr const char* no_density_of_states =
    "a density of states needs couplings that are whole multiples of one unit, such as +-J";

}  // namespace nmc
