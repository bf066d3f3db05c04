#pragma once

#include <string>
#include <vector>

#include "core/spins/graph.hpp"

/// A graph as a file holds it, whatever its format, and what is asked of the file.
namespace nmc::archive {

/// What the job says about a graph file.
struct GraphQuery {
  Index sites = 0;              ///< 0: as the file says, or its largest index + 1
  Index instance = 0;           ///< of a JSON file that holds several
  double J = 1;                 ///< of bonds without a coupling of their own
  std::string format{};         ///< of graph_formats(); empty: told by content and ending
  bool takes_constant = false;  ///< whether a constant of the Hamiltonian is wanted, not refused
};

struct GraphFile {
  Graph graph;
  std::vector<Index> extents{};   ///< of the lattice, where the file says them; else (sites)
  Index instances = 1;            ///< that the file holds
  bool has_all_couplings = true;  ///< whether every bond brought its coupling
  std::string format{};           ///< its name in graph_formats()
  double constant = 0;            ///< H = -sum J s s' - sum h s + constant
  bool has_labels = false;        ///< whether sites have names there, numbered in their order
};

}  // namespace nmc::archive
