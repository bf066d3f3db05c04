#include "core/archive/chains/bytes.hpp"

#include <unistd.h>

#include <fstream>
#include <iterator>

#include "core/errors.hpp"

namespace nmc::archive {

namespace {

std::size_t entries_below(std::size_t most, const Shape& shape, const std::string& otherwise) {
  std::size_t count = 1;
  for (const Index extent : shape) {
    const auto factor = static_cast<std::size_t>(extent);
    require(extent >= 0 && (factor == 0 || count <= most / factor), otherwise + "; is it damaged?");
    count *= factor;
  }
  return count;
}

}  // namespace

std::string read_bytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  require(file.good(), path + " cannot be read");
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

Bytes::Bytes(const std::string& path, std::endian order)
    : path_(path), bytes_(read_bytes(path)), order_(order) {}

void Bytes::require_within(std::size_t at, std::size_t count) const {
  require(at <= bytes_.size() && count <= bytes_.size() - at,
          path_ + " ends before what it announces: cut off, or damaged");
}

void Bytes::skip(std::size_t count) {
  require_within(at_, count);
  at_ += count;
}

void Bytes::go_to(std::size_t position) {
  require_within(position, 0);
  at_ = position;
}

std::uint64_t Bytes::unsigned_at(std::size_t at, std::size_t width) const {
  require_within(at, width);
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < width; ++i) {
    const std::size_t place = order_ == std::endian::big ? at + i : at + width - 1 - i;
    value = value << 8 | static_cast<unsigned char>(bytes_[place]);
  }
  return value;
}

std::uint64_t Bytes::unsigned_next(std::size_t width) {
  const std::uint64_t value = unsigned_at(at_, width);
  at_ += width;
  return value;
}

std::string Bytes::text_next(std::size_t length) {
  require_within(at_, length);
  std::string text = bytes_.substr(at_, length);
  at_ += length;
  return text;
}

std::int64_t sign_extended(std::uint64_t bits, std::size_t width) {
  const unsigned shift = 64 - 8 * static_cast<unsigned>(width);
  return static_cast<std::int64_t>(bits << shift) >> shift;
}

std::size_t checked_entries(const Shape& shape, const std::string& what) {
  const auto memory = static_cast<std::size_t>(::sysconf(_SC_PHYS_PAGES)) *
                      static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  return entries_below(memory / sizeof(double), shape,
                       what + " announces more numbers than memory holds");
}

void require_possible(const Shape& shape, const std::string& what) {
  constexpr std::size_t kMostNumbers = std::size_t{1} << 50;
  (void)entries_below(kMostNumbers, shape, what + " announces more numbers than any disk holds");
}

}  // namespace nmc::archive
