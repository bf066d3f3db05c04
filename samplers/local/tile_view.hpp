#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "samplers/local/real_kernel.hpp"

namespace nmc::local_detail {

/// The 16 spins of a tile, read and written inside words, and half a word: those of two.
using TileBits = std::uint16_t __attribute__((may_alias));
using HalfWord = std::uint32_t __attribute__((may_alias));

/// The spins of a tile of a real-valued sweep where they lie.
struct TileView {
  const RealGraph* graph;
  TileBits* spins;         ///< of site 0
  std::ptrdiff_t stride;   ///< from site to site
  const HalfWord* halves;  ///< that the tile is in, of site 0; stride / 2 from site to site
  std::array<std::uint32_t, kRealTile> bit{};  ///< of each row in its half

  /// `group`: that of the tile among those of the spins.
  TileView(const RealGraph* of, Index tile, Index group, Spins& all)
      : graph(of),
        spins(reinterpret_cast<TileBits*>(all.words() + group) + tile % 4),
        stride(all.groups() * 4),
        halves(reinterpret_cast<const HalfWord*>(all.words() + group) + tile % 4 / 2) {
    for (std::size_t i = 0; i < bit.size(); ++i)
      bit[i] = std::uint32_t{1} << (static_cast<std::size_t>(tile % 2 * kRealTile) + i);
  }
};

/// The 16 spins of a tile at a site, in memory.
inline std::uint64_t tile_bits(const TileBits* spins, std::ptrdiff_t stride, std::uint32_t site) {
  return spins[static_cast<std::ptrdiff_t>(site) * stride];
}

}  // namespace nmc::local_detail
