#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "core/roles/spin_target.hpp"

namespace nmc {

/// A unit that joins four spins, of Boltzmann machines alone: thresholds where the product of the
/// spins has the sign of its coupling, and where it has not.
struct FourBond {
  std::array<Index, 4> sites{};
  bool wants_minus = false;
  std::uint64_t satisfied = 0, broken = 0;
};

/// What cluster walks need of a ferromagnet: its bonds with their thresholds. Local fields are
/// bonds to one more spin, the ghost, which is up and never turns (Coniglio, Di Liberto, Monroy and
/// Peruggi 1989): site i has the bond |h_i|, a candidate where the spin points along h_i.
struct ClusterBonds {
  Index sites = 0;
  double beta = 0;
  std::uint64_t uniform = 0;  ///< threshold on a torus, where all couplings are 1
  /// Extents where the graph is a square torus with J = 1; else {0, 0}, and the lists below hold.
  Index Lx = 0, Ly = 0;
  Adjacency graph{};
  std::vector<std::uint64_t> threshold{};  ///< of every entry of graph.neighbour
  std::vector<double> ghost{};             ///< 2 β h_i, (sites); empty without fields
  /// Of bonds between unequal spins, of Boltzmann machines alone: on a torus the threshold of their
  /// share of the bonds between equal ones; else one for every entry of graph.neighbour.
  std::uint64_t unequal_share = 0;
  std::vector<std::uint64_t> unequal{};
  std::vector<FourBond> fours{};

  [[nodiscard]] bool is_torus() const { return Lx > 0; }
};

/// Throws UserError, naming the sampler, where a coupling is negative or there are plaquettes.
[[nodiscard]] ClusterBonds make_cluster_bonds(const SpinTarget& target, const std::string& name);

}  // namespace nmc
