#pragma once

namespace nmc::simd {

/// Chains of one tile. All layer kernels work on tiles: row-major (features, kTile), one feature
/// contiguous over the chains, 64-byte aligned. A tile of a small network stays in the L2 cache.
inline constexpr int kTile = 64;

/// Outputs per register block of the dense kernels; packed weights come in groups of this many.
inline constexpr int kOutputBlock = 5;

enum class Activation { elu, tanh, softplus };

}  // namespace nmc::simd
