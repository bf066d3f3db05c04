#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/energy/units.hpp"
#include "models/energy/units_kernel.hpp"

namespace nmc {

/// Rows of units as bits, the first unit lowest; what is left of the last word of a row is 0.
class BitRows {
 public:
  BitRows() = default;
  BitRows(Index rows, Index units);
  /// 1 where v is positive, of either kind of units; (rows, units).
  explicit BitRows(const Batch& v);

  [[nodiscard]] Index rows() const { return rows_; }
  [[nodiscard]] Index units() const { return units_; }
  /// Of each row, kWordBits bits each.
  [[nodiscard]] Index words() const { return (units_ + kWordBits - 1) / kWordBits; }
  [[nodiscard]] const std::uint32_t* row(Index r) const { return bits_.data() + r * words(); }
  [[nodiscard]] std::uint32_t* row(Index r) { return bits_.data() + r * words(); }
  [[nodiscard]] bool bit(Index r, Index unit) const {
    return (row(r)[unit / kWordBits] >> (unit % kWordBits) & 1U) != 0;
  }

  [[nodiscard]] Batch unpack(Units units) const;
  /// The rows of these numbers.
  [[nodiscard]] BitRows picked(std::span<const Index> rows) const;
  /// Bits of row r to unit `first` + r of this, which has a row for each unit of `other`.
  void put_transposed(const BitRows& other, Index first);
  bool operator==(const BitRows&) const = default;

 private:
  Index rows_ = 0, units_ = 0;
  std::vector<std::uint32_t> bits_;
};

}  // namespace nmc
