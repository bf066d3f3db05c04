#pragma once

#include "core/batch.hpp"

namespace nmc::statistics {

/// The leading principal components of draws about 0.
struct Principal {
  Column fraction;  ///< of Σ ⟨x_i²⟩, (components), descending
  Batch vectors;    ///< of norm 1, (variables, components)
};

/// Of x (draws, variables), by orthogonal iteration on X Xᵀ or Xᵀ X without forming them. UserError
/// for more components than variables or draws.
[[nodiscard]] Principal principal_components(const Batch& x, Index components);

}  // namespace nmc::statistics
