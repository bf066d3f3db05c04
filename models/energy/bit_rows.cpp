#include "models/energy/bit_rows.hpp"

#include <algorithm>
#include <array>
#include <cassert>

namespace nmc {
namespace {

using Square = std::array<std::uint32_t, kWordBits>;

/// Bit j of word i to bit i of word j: squares of half the size are exchanged, five times (Warren,
/// Hacker's Delight, section 7-3).
void transpose_bits(Square& words) {
  std::uint32_t mask = 0x0000FFFFU;
  for (unsigned half = kWordBits / 2; half != 0; half >>= 1, mask ^= mask << half)
    for (unsigned k = 0; k < kWordBits; k = ((k | half) + 1) & ~half) {
      const std::uint32_t moved = (words[k] >> half ^ words[k | half]) & mask;
      words[k] ^= moved << half;
      words[k | half] ^= moved;
    }
}

}  // namespace

BitRows::BitRows(Index rows, Index units)
    : rows_(rows), units_(units), bits_(static_cast<std::size_t>(rows * words())) {}

BitRows::BitRows(const Batch& v) : BitRows(v.rows(), v.cols()) {
  for (Index unit = 0; unit < units_; ++unit)
    for (Index r = 0; r < rows_; ++r)
      if (v(r, unit) > 0) row(r)[unit / kWordBits] |= 1U << (unit % kWordBits);
}

Batch BitRows::unpack(Units units) const {
  Batch v = Batch::Constant(rows_, units_, units == Units::spin ? -1 : 0);
  for (Index unit = 0; unit < units_; ++unit)
    for (Index r = 0; r < rows_; ++r)
      if (bit(r, unit)) v(r, unit) = 1;
  return v;
}

BitRows BitRows::picked(std::span<const Index> rows) const {
  BitRows some(std::ssize(rows), units_);
  for (Index r = 0; r < some.rows(); ++r)
    std::copy_n(row(rows[static_cast<std::size_t>(r)]), words(), some.row(r));
  return some;
}

void BitRows::put_transposed(const BitRows& other, Index first) {
  assert(first % kWordBits == 0 && rows_ == other.units_);
  for (Index r = 0; r < other.rows_; r += kWordBits)
    for (Index w = 0; w < other.words(); ++w) {
      Square square{};
      const Index rows = std::min(kWordBits, other.rows_ - r);
      for (Index k = 0; k < rows; ++k) square[static_cast<std::size_t>(k)] = other.row(r + k)[w];
      transpose_bits(square);
      const Index units = std::min(kWordBits, rows_ - w * kWordBits);
      for (Index k = 0; k < units; ++k)
        row(w * kWordBits + k)[(first + r) / kWordBits] = square[static_cast<std::size_t>(k)];
    }
}

}  // namespace nmc
