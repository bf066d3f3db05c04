#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "core/batch.hpp"

namespace nmc {

/// How a hypercubic lattice of two or three directions lies in strings of bits, one string for each
/// combination of even and odd coordinates: site (x, y, z) is bit x/2 + hx (y/2 + hy (z/2)) of
/// string x%2 + 2 (y%2) + 4 (z%2), h half an extent, rounded up. All neighbours of a string in one
/// direction then are one other string, shifted as a whole but for what passes the lattice's ends,
/// and a colour of the checkerboard is half of the strings, whatever the extents are.
struct StringGeometry {
  /// Words that one group of random generators serves; strings begin at multiples of it.
  static constexpr Index kGroup = 8, kWordBits = 64;
  static constexpr int kMostDirections = 3;

  int directions = 0;
  std::array<Index, kMostDirections> extents{1, 1, 1};

  /// Two or three even extents.
  [[nodiscard]] static bool fits(const std::vector<Index>& extents);
  [[nodiscard]] static StringGeometry of(const std::vector<Index>& extents);

  [[nodiscard]] Index half(int d) const { return (extents[static_cast<std::size_t>(d)] + 1) / 2; }
  /// Bits from one site of a string to the next in direction d.
  [[nodiscard]] Index stride(int d) const;
  [[nodiscard]] Index strings() const { return Index{1} << directions; }
  /// Bits of a string; those of its words beyond are 0.
  [[nodiscard]] Index bits() const { return stride(directions); }
  [[nodiscard]] Index words() const { return (bits() + kWordBits - 1) / kWordBits; }
  /// Words from one string to the next.
  [[nodiscard]] Index pitch() const { return (words() + kGroup - 1) / kGroup * kGroup; }
  [[nodiscard]] Index words_per_row() const { return strings() * pitch(); }
  /// Words before the first and after the last row that shifted strings reach into; what is there
  /// is read and not used.
  [[nodiscard]] Index margin() const;

  struct Place {
    Index string, bit;
  };
  [[nodiscard]] Place place(Index site) const;
};

namespace spins_detail {

/// Sets the bits of a range.
void set_bits(std::uint64_t* words, Index first, Index count);

}  // namespace spins_detail
}  // namespace nmc
