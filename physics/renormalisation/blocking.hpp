#pragma once

#include <string>

#include "core/batch.hpp"
#include "core/random/streams.hpp"

namespace nmc {

/// How a block of 2×2 spins of a square torus becomes one.
enum class BlockRule {
  majority,   ///< the sign of their sum, that of a coin where it is 0
  decimation  ///< the spin at even x and y
};

/// From spins ±1 on an L×L torus, (chains, L²), L even, to (chains, L²/4). Coins are those of
/// uniforms of these streams, one per block.
[[nodiscard]] Batch block_spins(BlockRule rule, const Batch& s, Index L, const Streams& streams);

}  // namespace nmc
