#pragma once

#include "core/batch.hpp"

namespace nmc {

/// An equal mixture of densities, seen from one point of each chain.
struct Mixture {
  Batch share;   ///< of each component in the density, (chains, components)
  Column log_q;  ///< ln of the mean of the components, (chains)
};

/// log_terms: ln of the components, (chains, components).
[[nodiscard]] Mixture mix_equally(const Batch& log_terms);

}  // namespace nmc
