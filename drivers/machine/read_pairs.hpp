#pragma once

#include "core/options/options.hpp"
#include "models/energy/ising_likelihood.hpp"

namespace nmc::drivers {

/// Which spins couple, and the lattice that they lie on.
struct NamedPairs {
  std::vector<std::pair<Index, Index>> pairs;  ///< each once, the smaller first
  std::vector<Index> extents;                  ///< (sites) where no lattice is known
};
/// Of [learn]: the bonds of a graph file, of a periodic lattice L, else all pairs. UserError where
/// they are of another number of spins.
[[nodiscard]] NamedPairs read_pairs(const Options& learn, Index sites);

}  // namespace nmc::drivers
