#pragma once

#include <string>
#include <vector>

#include "core/spins/graph.hpp"

namespace nmc {

/// A hypercubic lattice in any dimension. Site (x, y, z, …) has the index x + Lx (y + Ly (z + …)).
/// A periodic direction of extent 2 keeps both bonds of a pair, as Kaufman's formula does; a
/// direction of extent 1 has no bonds.
struct Lattice {
  std::vector<Index> extents;  ///< Lx, Ly, …
  std::vector<bool> periodic;  ///< one per direction

  [[nodiscard]] Index dimension() const { return static_cast<Index>(extents.size()); }
  [[nodiscard]] Index sites() const;
  [[nodiscard]] bool is_torus() const;
  /// "8x8 torus", "8x4 open", "8x8x4 periodic in xy".
  [[nodiscard]] std::string describe() const;
};

/// Throws UserError where an extent is below 1, all of them are 1, the lattice is too large to
/// index, or `periodic` and `extents` differ in length.
void check(const Lattice& lattice);

[[nodiscard]] Lattice torus(std::vector<Index> extents);

/// The lattice's bonds with J = 1, ordered by site, then by direction; each bond is stored once, at
/// the site it leaves in the positive direction. `torus` is set where every direction is periodic.
[[nodiscard]] Graph make_graph(const Lattice& lattice);

}  // namespace nmc
