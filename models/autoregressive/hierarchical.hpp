#pragma once

#include <vector>

#include "models/autoregressive/architectures.hpp"

namespace nmc {

struct HierarchicalShape {
  std::vector<Index> extents{};  ///< of the torus: 2^k x 2^k
  Index depth = 2;               ///< layers, the last one included
  Index width = 8;               ///< hidden units per token
  bool reads_corners = false;    ///< whether the sites at the corners are part of a boundary
  /// The single sites that are left at the end have no network: their neighbours are all drawn, so
  /// that couplings wired into the network say all.
  bool has_exact_last = false;
};

/// Boundary first (Bialas, Korcyl and Stebel, Comput. Phys. Commun. 281, 108502 (2022)): a row and
/// a column of the torus, then the middle row and column, a cross, of each square that drawn spins
/// enclose, down to single sites. A network of masked dense layers for each cross reads the
/// boundary of its square and the earlier spins of the cross; squares of the same side share it.
/// The order is its own. Throws UserError where the lattice is no square of 2^k x 2^k sites.
[[nodiscard]] CausalSpec hierarchical_spec(const CausalFrame& frame,
                                           const HierarchicalShape& shape);

/// Sets reads_corners where couplings join diagonal neighbours, and has_exact_last where none join
/// two of the single sites.
void match_couplings(const Graph& couplings, HierarchicalShape& shape);

}  // namespace nmc
