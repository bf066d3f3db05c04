// Conversions between layouts, 64 spins at a time.
#include <algorithm>
#include <array>
#include <cstring>

#include "core/spins/spins.hpp"

namespace nmc {
namespace {

constexpr std::uint64_t kOnes = 0x0101010101010101U;

using BitTile = std::array<std::uint64_t, 64>;

/// Bit c of word r goes to bit r of word c (Warren, Hacker's Delight, section 7-3).
void transpose(BitTile& tile) {
  std::uint64_t mask = 0x00000000ffffffffU;
  for (unsigned half = 32; half != 0; half >>= 1, mask ^= mask << half)
    for (unsigned k = 0; k < 64; k = (k + half + 1) & ~half) {
      const std::uint64_t swap = (tile[k] >> half ^ tile[k + half]) & mask;
      tile[k] ^= swap << half;
      tile[k + half] ^= swap;
    }
}

/// Bits of `count` <= 64 spins, bit i that of s[i], up is 1; further bits are 1.
std::uint64_t bits_of(const std::int8_t* s, Index count) {
  constexpr std::uint64_t gather = 0x0102040810204080U;  // lowest bit of byte i to bit 56 + i
  std::uint64_t down = 0;
  Index i = 0;
  for (; i + 8 <= count; i += 8) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, s + i, 8);
    down |= ((eight >> 7 & kOnes) * gather >> 56) << i;
  }
  for (; i < count; ++i) down |= static_cast<std::uint64_t>(s[i] < 0) << i;
  return ~down;
}

void spins_of(std::uint64_t bits, std::int8_t* s, Index count) {
  constexpr std::uint64_t spread = 0x8040201008040201U;  // bit i of byte i
  Index i = 0;
  for (; i + 8 <= count; i += 8) {
    const std::uint64_t some = (bits >> i & 0xff) * kOnes & spread;
    const std::uint64_t up = (some + 0x7f * kOnes) >> 7 & kOnes;
    const std::uint64_t eight = 0xff * kOnes - 0xfe * up;  // 0x01 where up, else 0xff
    std::memcpy(s + i, &eight, 8);
  }
  for (; i < count; ++i) s[i] = (bits >> i & 1) != 0 ? 1 : -1;
}

/// The rows of group g of lanes: first lane in use, and the row in it.
struct Lanes {
  Index first, count, row;
};
Lanes lanes_of(const Spins& lanes, Index g) {
  const Index begin = std::max<Index>(0, lanes.first_bit() - g * Spins::kWordBits);
  const Index row = g * Spins::kWordBits + begin - lanes.first_bit();
  return {begin, std::min(Spins::kWordBits - begin, lanes.rows() - row), row};
}

void bytes_to_lanes(const Spins& bytes, Spins& lanes) {
  BitTile tile{};
  for (Index g = 0; g < lanes.groups(); ++g) {
    const auto [first, count, row] = lanes_of(lanes, g);
    for (Index site = 0; site < lanes.sites(); site += Spins::kWordBits) {
      const Index sites = std::min(Spins::kWordBits, lanes.sites() - site);
      tile.fill(~std::uint64_t{0});
      for (Index k = 0; k < count; ++k)
        tile[static_cast<std::size_t>(first + k)] = bits_of(bytes.row(row + k) + site, sites);
      transpose(tile);
      for (Index i = 0; i < sites; ++i)
        lanes.words()[(site + i) * lanes.groups() + g] = tile[static_cast<std::size_t>(i)];
    }
  }
}

void lanes_to_bytes(const Spins& lanes, Spins& bytes) {
  BitTile tile{};
  for (Index g = 0; g < lanes.groups(); ++g) {
    const auto [first, count, row] = lanes_of(lanes, g);
    for (Index site = 0; site < lanes.sites(); site += Spins::kWordBits) {
      const Index sites = std::min(Spins::kWordBits, lanes.sites() - site);
      for (Index i = 0; i < sites; ++i)
        tile[static_cast<std::size_t>(i)] = lanes.words()[(site + i) * lanes.groups() + g];
      transpose(tile);
      for (Index k = 0; k < count; ++k)
        spins_of(tile[static_cast<std::size_t>(first + k)], bytes.row(row + k) + site, sites);
    }
  }
}

/// Calls visit(byte of block 0, word of the vector) for every word of a row: bit b of the word is
/// the byte b block_x further on.
template <class Visit>
void over_strips(const StripGeometry& g, const Visit& visit) {
  const Index extent = g.block_x * StripGeometry::kBits;
  for (Index y = 0; y < g.block_y * g.kWords; ++y)
    for (Index x = 0; x < g.block_x; ++x)
      visit(y * extent + x, (y % g.block_y * g.block_x + x) * g.kWords + y / g.block_y);
}

void bytes_to_strips(const Spins& bytes, Spins& strips) {
  const StripGeometry& g = strips.geometry().strips;
  for (Index row = 0; row < strips.rows(); ++row) {
    const std::int8_t* s = bytes.row(row);
    std::uint64_t* words = strips.words() + row * g.vectors() * g.kWords;
    over_strips(g, [&](Index site, Index word) {
      std::uint64_t bits = 0;
      for (Index b = 0; b < Spins::kWordBits; ++b)
        bits |= static_cast<std::uint64_t>(s[site + b * g.block_x] > 0) << b;
      words[word] = bits;
    });
  }
}

void strips_to_bytes(const Spins& strips, Spins& bytes) {
  const StripGeometry& g = strips.geometry().strips;
  for (Index row = 0; row < strips.rows(); ++row) {
    std::int8_t* s = bytes.row(row);
    const std::uint64_t* words = strips.words() + row * g.vectors() * g.kWords;
    over_strips(g, [&](Index site, Index word) {
      const std::uint64_t bits = words[word];
      for (Index b = 0; b < Spins::kWordBits; ++b)
        s[site + b * g.block_x] = static_cast<std::int8_t>(static_cast<int>(bits >> b & 1) * 2 - 1);
    });
  }
}

/// The even bits of a word, in order.
std::uint64_t even_bits(std::uint64_t word) {
  word &= 0x5555555555555555U;
  word = (word | word >> 1) & 0x3333333333333333U;
  word = (word | word >> 2) & 0x0f0f0f0f0f0f0f0fU;
  word = (word | word >> 4) & 0x00ff00ff00ff00ffU;
  word = (word | word >> 8) & 0x0000ffff0000ffffU;
  return (word | word >> 16) & 0x00000000ffffffffU;
}

/// The lower half of a word at the even bits.
std::uint64_t to_even_bits(std::uint64_t half) {
  half = (half | half << 16) & 0x0000ffff0000ffffU;
  half = (half | half << 8) & 0x00ff00ff00ff00ffU;
  half = (half | half << 4) & 0x0f0f0f0f0f0f0f0fU;
  half = (half | half << 2) & 0x3333333333333333U;
  return (half | half << 1) & 0x5555555555555555U;
}

/// Calls visit(byte, word of the row, first bit) for every line of a row along x: its even sites
/// are those from a bit of that string on, its odd ones those of the next string.
template <class Visit>
void over_string_lines(const StringGeometry& g, Index sites, const Visit& visit) {
  const Index extent = g.extents[0];
  for (Index site = 0; site < sites; site += extent) {
    const auto [string, bit] = g.place(site);
    visit(site, string * g.pitch(), bit);
  }
}

void bytes_to_strings(const Spins& bytes, Spins& strings) {
  const StringGeometry& g = strings.geometry().strings;
  constexpr Index kBits = Spins::kWordBits;
  const auto clear = [](std::uint64_t* words, Index bit, std::uint64_t half) {
    words[bit / kBits] &= ~(half << bit % kBits);
    if (bit % kBits > kBits / 2) words[bit / kBits + 1] &= ~(half >> (kBits - bit % kBits));
  };
  for (Index row = 0; row < strings.rows(); ++row) {
    const std::int8_t* s = bytes.row(row);
    std::uint64_t* words = strings.words() + row * g.words_per_row();
    over_string_lines(g, strings.sites(), [&](Index site, Index word, Index bit) {
      for (Index x = 0; x < g.extents[0]; x += kBits) {
        const std::uint64_t down = ~bits_of(s + site + x, std::min(kBits, g.extents[0] - x));
        clear(words + word, bit + x / 2, even_bits(down));
        clear(words + word + g.pitch(), bit + x / 2, even_bits(down >> 1));
      }
    });
  }
}

void strings_to_bytes(const Spins& strings, Spins& bytes) {
  const StringGeometry& g = strings.geometry().strings;
  constexpr Index kBits = Spins::kWordBits;
  const auto get = [](const std::uint64_t* words, Index bit) {
    std::uint64_t half = words[bit / kBits] >> bit % kBits;
    if (bit % kBits > kBits / 2) half |= words[bit / kBits + 1] << (kBits - bit % kBits);
    return half & 0xffffffffU;
  };
  for (Index row = 0; row < strings.rows(); ++row) {
    std::int8_t* s = bytes.row(row);
    const std::uint64_t* words = strings.words() + row * g.words_per_row();
    over_string_lines(g, strings.sites(), [&](Index site, Index word, Index bit) {
      for (Index x = 0; x < g.extents[0]; x += kBits) {
        const std::uint64_t even = get(words + word, bit + x / 2);
        const std::uint64_t odd = get(words + word + g.pitch(), bit + x / 2);
        spins_of(to_even_bits(even) | to_even_bits(odd) << 1, s + site + x,
                 std::min(kBits, g.extents[0] - x));
      }
    });
  }
}

/// Copies bytes to words of a batch of the same shape; `other` is not bytes.
void to_words(const Spins& bytes, Spins& other) {
  if (other.layout() == SpinLayout::lanes) return bytes_to_lanes(bytes, other);
  if (other.layout() == SpinLayout::strips) return bytes_to_strips(bytes, other);
  bytes_to_strings(bytes, other);
}

/// The way back.
void to_bytes(const Spins& other, Spins& bytes) {
  if (other.layout() == SpinLayout::lanes) return lanes_to_bytes(other, bytes);
  if (other.layout() == SpinLayout::strips) return strips_to_bytes(other, bytes);
  strings_to_bytes(other, bytes);
}

}  // namespace

Spins Spins::converted(SpinLayout layout, const SpinGeometry& geometry) const {
  if (layout == layout_) return *this;
  Spins other(layout, shape(), geometry);
  if (layout == SpinLayout::bytes)
    to_bytes(*this, other);
  else if (layout_ == SpinLayout::bytes)
    to_words(*this, other);
  else
    return converted(SpinLayout::bytes).converted(layout, geometry);
  return other;
}

}  // namespace nmc
