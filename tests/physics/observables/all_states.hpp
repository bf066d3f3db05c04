#pragma once

#include "core/batch.hpp"

namespace nmc {

/// Every configuration of spins, bit i of the row for site i, (2^sites, sites).
inline Batch all_states(Index sites) {
  Batch s(Index{1} << sites, sites);
  for (Index state = 0; state < s.rows(); ++state)
    for (Index i = 0; i < sites; ++i) s(state, i) = (state >> i & 1) != 0 ? 1 : -1;
  return s;
}

}  // namespace nmc
