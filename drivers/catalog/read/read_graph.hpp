#pragma once

#include <string>
#include <vector>

#include "drivers/catalog/read/read_lattice.hpp"
#include "physics/observables/smallest_mode.hpp"

/// The keys of [system] that say a graph.
namespace nmc::catalog {

/// A graph with what is said about it.
struct NamedGraph {
  Graph graph;
  std::vector<Index> extents;  ///< of the lattice; (sites) of other graphs
  std::string summary;         ///< "8x8 torus, 64 sites, 128 bonds"
  /// Whether the couplings are random or from a file, so that a result must hold them.
  bool is_stored = false;
  Periodic periodic{};  ///< without extents where plane waves are not the lattice's modes
  bool has_lattice = false;
  bool has_edges = false;  ///< as System::has_edges
};

/// L, dim, boundary, lattice, degree, N, disorder_seed: a lattice or random graph.
[[nodiscard]] std::vector<OptionSpec> named_lattice_options();
/// The same with bonds, instance, J and h.
[[nodiscard]] std::vector<OptionSpec> graph_options();
/// N, of systems that have nothing else, and disorder_seed.
[[nodiscard]] OptionSpec sites_option(const std::string& help);
[[nodiscard]] OptionSpec disorder_seed_option();
[[nodiscard]] OptionSpec field_option();
[[nodiscard]] std::uint64_t read_disorder_seed(const Options& options);

/// The graph of named_lattice_options() with J = 1; its summary is the lattice alone. In glasses an
/// extent of 2 is never periodic.
[[nodiscard]] NamedGraph read_named_lattice(const Options& options, bool is_glass);

/// The lattice of lattice = hypercubic, chain, square or cubic.
[[nodiscard]] Lattice read_hypercubic(const Options& options);

/// From `bonds` where it is given, else from the lattice; then J and, where the system has the
/// keys, h and K. What is wrong with it is said with its place in the job.
[[nodiscard]] NamedGraph read_graph(const Options& options);

/// Completes a summary by the numbers of sites and bonds.
void add_counts(NamedGraph& named);

}  // namespace nmc::catalog
