#pragma once

#include "physics/graphs/lattice.hpp"

namespace nmc {

/// The pairs of second neighbours with J = 1: i and i + 2 of a chain, both diagonals of every
/// elementary square in more directions. As of make_graph(), pairs that a periodic direction joins
/// twice are there twice: i and i + 2 of a ring of 4. UserError where an extent is too short for
/// them: below 4 of a ring, below 3 of other periodic directions.
[[nodiscard]] BondList second_neighbours(const Lattice& lattice);

}  // namespace nmc
