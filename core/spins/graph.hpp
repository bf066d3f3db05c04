#pragma once

#include <array>
#include <vector>

#include "core/batch.hpp"
#include "core/spins/bond_list.hpp"

namespace nmc {

/// A four-spin term −K s_i s_j s_k s_l on four different sites.
struct Plaquette {
  std::array<Index, 4> sites{};
  double K = 1;
};

/// What every spin system is made of: H = −Σ_bonds J_ij s_i s_j − Σ_plaquettes K s_i s_j s_k s_l −
/// Σ_i h_i s_i, every bond once. Two bonds may join the same pair (the torus with an extent of 2);
/// their couplings add.
struct Graph {
  Index sites = 0;
  BondList bonds;
  /// Local fields h, (sites); empty when there are none.
  std::vector<double> field;
  /// Extents, x first, where the graph is the periodic hypercubic lattice with J = 1, without local
  /// fields and plaquettes; else empty. Fourier transforms and closed formulas apply to it.
  std::vector<Index> torus;
  std::vector<Plaquette> plaquettes{};
  /// Extents, x first, of the hypercubic lattice that numbers the sites, x fastest, and whose
  /// neighbours the bonds join, whatever the couplings and boundaries are; else empty.
  std::vector<Index> extents{};
};

/// Throws UserError where an index is out of range, a bond joins a site with itself, a plaquette
/// names a site twice, a number is not finite, or the fields do not match the sites.
void check(const Graph& graph);

/// The coupling matrix A by rows, with bonds of the same pair added: neighbours of i are
/// neighbour[first[i]] … neighbour[first[i + 1] − 1] in ascending order.
struct Adjacency {
  std::vector<Index> first;      ///< (sites + 1)
  std::vector<Index> neighbour;  ///< both directions of every pair
  std::vector<double> J;         ///< coupling to that neighbour
};
[[nodiscard]] Adjacency adjacency(const Graph& graph);

/// The plaquettes by site: those of site i are others[first[i]] … others[first[i + 1] − 1], each as
/// its three other sites.
struct PlaquetteLists {
  std::vector<Index> first;                  ///< (sites + 1)
  std::vector<std::array<Index, 3>> others;  ///< four entries per plaquette in all
  std::vector<double> K;                     ///< of that plaquette
};
[[nodiscard]] PlaquetteLists plaquettes_by_site(const Graph& graph);

/// y(c) = shift x(c) + scale A x(c): the stencil of a graph, without its fields.
[[nodiscard]] Batch apply_stencil(const Adjacency& adjacency, const Batch& x, double shift,
                                  double scale);

/// Colours 0, 1, …, different on the two ends of every bond and on the four sites of every
/// plaquette, so that sites of one colour do not interact: greedy in site order, which gives two
/// colours on hypercubic lattices with even or open extents, and four with their plaquettes.
[[nodiscard]] std::vector<int> colouring(const Graph& graph);

}  // namespace nmc
