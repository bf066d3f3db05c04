#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <vector>

#include "core/archive/file.hpp"

namespace nmc::archive {

/// The bytes of a binary file, read with bounds: every step beyond the end is a UserError that the
/// file is cut off or damaged.
class Bytes {
 public:
  Bytes(const std::string& path, std::endian order);
  void set_order(std::endian order) { order_ = order; }
  [[nodiscard]] std::size_t position() const { return at_; }
  [[nodiscard]] std::size_t size() const { return bytes_.size(); }
  [[nodiscard]] std::size_t left() const { return bytes_.size() - at_; }
  void skip(std::size_t count);
  void go_to(std::size_t position);
  /// The next `width` bytes, 1 … 8, as an unsigned integer in the file's order.
  std::uint64_t unsigned_next(std::size_t width);
  std::string text_next(std::size_t length);
  [[nodiscard]] std::uint64_t unsigned_at(std::size_t at, std::size_t width) const;

 private:
  void require_within(std::size_t at, std::size_t count) const;
  std::string path_;
  std::string bytes_;
  std::size_t at_ = 0;
  std::endian order_;
};

/// Two's complement of `width` bytes.
[[nodiscard]] std::int64_t sign_extended(std::uint64_t bits, std::size_t width);

/// Product of the extents; UserError where that is more than memory holds, as damaged files say.
[[nodiscard]] std::size_t checked_entries(const Shape& shape, const std::string& what);

/// UserError where a shape is none that a file could hold: for arrays that are read in pieces.
void require_possible(const Shape& shape, const std::string& what);

/// A whole file.
[[nodiscard]] std::string read_bytes(const std::string& path);

}  // namespace nmc::archive
