#pragma once

#include <optional>
#include <string>

#include "physics/dual_ising.hpp"
#include "core/spins/graph.hpp"

namespace nmc {

/// Exact values of a system: totals; magnetisations per site, m = Σ s / N.
struct Exact {
  std::string method;
  double lnZ = 0;
  std::optional<double> energy, heat, abs_m, m2, m4, ground_state_energy;
};

/// The exact values, or the reason why no method reaches the system.
struct ExactAnswer {
  std::optional<Exact> value;
  std::string reason;
};

/// Spins: enumeration up to 26 sites, Kaufman's formula on larger two-dimensional tori, the
/// transfer matrix of a ring.
[[nodiscard]] ExactAnswer exact_spins(const Graph& graph, double beta);
/// The dual field: lnZ of the field; energy, heat and magnetisation are those of the spins.
[[nodiscard]] ExactAnswer exact_dual(const DualIsing& dual);

/// Sites that enumeration reaches within about a second.
inline constexpr Index enumeration_limit = 26;

/// Sum over all 2^N states (half of them where no local field breaks the symmetry). N <= 26.
[[nodiscard]] Exact enumerate_spins(const Graph& graph, double beta);

/// Lx × Ly torus with J = 1, Lx, Ly >= 2 (Kaufman, Phys. Rev. 76, 1232 (1949)), with its first and
/// second derivatives by beta in closed form.
[[nodiscard]] Exact kaufman(Index lx, Index ly, double beta);

/// Ring of L >= 2 spins: Z = (2 cosh β)^L + (2 sinh β)^L.
[[nodiscard]] Exact ising_ring(Index extent, double beta);

}  // namespace nmc
