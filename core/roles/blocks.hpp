#pragma once

#include <span>
#include <vector>

#include "core/batch.hpp"
#include "core/roles/support.hpp"

namespace nmc {

/// A joint density of variables in blocks, each of which can be drawn exactly given the others: the
/// layers of a Boltzmann machine, the colours of a graph, a field with its spins. Sizes and
/// supports of the blocks may differ. Block 0 is what a target is the density of, the others are
/// summed out.
class Blocks {
 public:
  struct Shape {
    Index size = 0;  ///< variables of the block
    Support support = Support::real;
  };
  virtual ~Blocks() = default;
  [[nodiscard]] virtual const std::vector<Shape>& shapes() const = 0;
  /// Block `block` from its density given the others, (chains, its size). `all` holds one batch per
  /// block, (chains, its size), of which its own is not read. Randomness comes in as numbers, so
  /// that the drawing itself is a function: one per variable, (chains, its size), standard normals
  /// for real variables, uniforms in (0, 1) for all others.
  [[nodiscard]] virtual Batch draw(Index block, std::span<const Batch> all,
                                   const Batch& numbers) const = 0;
  /// ln of the joint density, (chains), normalised so that the sum of its exponential over all
  /// blocks but the first is the density of block 0.
  [[nodiscard]] virtual Column log_joint(std::span<const Batch> all) const = 0;
};

}  // namespace nmc
