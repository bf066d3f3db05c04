#pragma once

#include <string>
#include <vector>

#include "core/spins/graph.hpp"

namespace nmc::archive {

/// What the job says about a graph file.
struct GraphQuery {
  Index sites = 0;     ///< 0: as the file says, or its largest index + 1
  Index instance = 0;  ///< of a JSON file that holds several
  double J = 1;        ///< of bonds without a coupling of their own
};

struct GraphFile {
  Graph graph;
  std::vector<Index> extents;     ///< of the lattice, where the file says them; else (sites)
  Index instances = 1;            ///< that the file holds
  bool has_all_couplings = true;  ///< whether every bond brought its coupling
};

/// A graph from a file; its name's ending says the format.
///
/// .h5, .hdf5: datasets /bonds (n, 2) of integers, /J (n), /field (sites), attribute N of the root,
/// all but the first optional; or the result.h5 of a run, whose /constant_data holds them.
/// .json: an object, or one of its list `instances`, with bonds [[i, j, J], …] or a symmetric
/// matrix J, and optionally N, field and dims. Everything else is text: a line `i j` or `i j J` per
/// bond, separated by blanks or commas, `h i value` for a local field, `N sites`; the first line
/// may name the columns (i,j,J); what follows # is a comment. Sites count from 0.
///
/// UserError with the place for a doubled or self bond, numbers that are not finite, indices out of
/// range, and a site that no bond touches while nobody said how many sites there are.
[[nodiscard]] GraphFile read_graph_file(const std::string& path, const GraphQuery& query);

}  // namespace nmc::archive
