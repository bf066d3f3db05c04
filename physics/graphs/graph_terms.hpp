#pragma once

#include <vector>

#include "physics/graphs/lattice.hpp"

/// Terms that are added to a graph after its bonds are laid. Each clears `torus` where the graph
/// ceases to be the plain lattice that `torus` promises.
namespace nmc {

/// Multiplies every coupling by J; J < 0 makes an antiferromagnet of a ferromagnet.
void scale_bonds(Graph& graph, double J);

/// Multiplies the couplings of each direction by its own J, (dimension); `graph` is the lattice's
/// own.
void scale_directions(Graph& graph, const Lattice& lattice, const std::vector<double>& J);

/// Adds the field h to every site.
void add_uniform_field(Graph& graph, double h);

/// Adds −K s s s s for the elementary squares of every pair of directions (in two dimensions the
/// model of Liu, Qi, Meng and Fu, PRB 95, 041101 (2017)). `graph` is the lattice's own.
void add_plaquettes(Graph& graph, const Lattice& lattice, double K);

/// The lattice with open instead of periodic directions of extent 2, where a pair would have two
/// bonds: the convention of glasses (conventions.md, section 1).
[[nodiscard]] Lattice without_double_bonds(Lattice lattice);

}  // namespace nmc
