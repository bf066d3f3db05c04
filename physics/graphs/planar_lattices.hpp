#pragma once

#include "physics/graphs/lattice.hpp"

/// Lattices that are drawn on the sites of a rectangle, x + Lx y, with J = 1. Every bond is stored
/// once, at the site that it leaves. A periodic direction of extent 2 keeps both bonds of a pair.
namespace nmc {

/// Bonds (x, y)-(x+1, y), (x, y)-(x, y+1) and (x, y)-(x+1, y+1): six neighbours. Two directions,
/// each of extent 2 or more.
[[nodiscard]] Graph triangular_graph(const Lattice& lattice);

/// The brick wall: bonds (x, y)-(x+1, y), and (x, y)-(x, y+1) where x + y is even: three
/// neighbours, hexagons between them. Two directions, of even extent where they are periodic.
[[nodiscard]] Graph honeycomb_graph(const Lattice& lattice);

}  // namespace nmc
