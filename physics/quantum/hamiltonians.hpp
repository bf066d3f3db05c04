#pragma once

#include "core/spins/graph.hpp"
#include "physics/quantum/pauli_sum.hpp"

/// Hamiltonians of quantum spins on any graph.
namespace nmc {

/// H = −Σ J Z Z − Σ K Z Z Z Z − Σ h_i Z − Γ Σ X: the Ising model of the graph in a transverse
/// field Γ.
[[nodiscard]] PauliSum transverse_ising(const Graph& graph, double transverse_field);

/// Couplings of spins 1/2, S = σ/2.
struct HeisenbergCouplings {
  double anisotropy = 1;  ///< Δ: S·S has Δ S^z S^z
  double J2 = 0;          ///< of the pairs `second`
};

/// H = Σ J (S^x S^x + S^y S^y + Δ S^z S^z) over the bonds, and the same with J2 over the pairs
/// `second`; J > 0 is an antiferromagnet. UserError for graphs with fields or plaquettes.
[[nodiscard]] PauliSum heisenberg(const Graph& graph, const BondList& second,
                                  const HeisenbergCouplings& couplings);

}  // namespace nmc
