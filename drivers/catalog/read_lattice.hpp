#pragma once

#include <string>
#include <vector>

#include "core/options/options.hpp"
#include "physics/lattice.hpp"

/// The keys of [system] that systems on lattices and graphs share.
namespace nmc::catalog {

/// L, dim, boundary; L is required unless there is another way to say the graph.
[[nodiscard]] std::vector<OptionSpec> lattice_options();
/// The same with `bonds`, a file that lists the bonds of any graph.
[[nodiscard]] std::vector<OptionSpec> graph_options();
/// beta and T, of which one must be given.
void add_temperature(std::vector<OptionSpec>& options);

[[nodiscard]] Lattice read_lattice(const Options& options);
[[nodiscard]] double read_beta(const Options& options);

/// A graph with what is said about it.
struct NamedGraph {
  Graph graph;
  std::vector<Index> extents;  ///< of the lattice; (sites) of a graph from a file
  std::string summary;         ///< "8x8 torus, 64 sites, 128 bonds"
};

/// From `bonds` where it is given, else from L, dim and boundary. What is wrong with it is said
/// with its place in the job.
[[nodiscard]] NamedGraph read_graph(const Options& options);

}  // namespace nmc::catalog
