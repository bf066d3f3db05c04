#include "core/archive/sha256.hpp"

#include <algorithm>
#include <fstream>
#include <vector>

#include "core/archive/sha256_blocks.hpp"
#include "core/errors.hpp"

namespace nmc::archive {
Sha256::Sha256()
    : state_{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
             0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19} {}

void Sha256::update(std::span<const std::byte> bytes) {
  constexpr std::size_t block = 64;
  const std::size_t used = length_ % block;
  length_ += bytes.size();
  if (used > 0) {
    const std::size_t taken = std::min(bytes.size(), block - used);
    std::copy_n(bytes.begin(), taken, buffer_.begin() + static_cast<std::ptrdiff_t>(used));
    bytes = bytes.subspan(taken);
    if (used + taken < block) return;
    sha256_blocks(state_, buffer_);
  }
  const std::size_t whole = bytes.size() / block * block;
  sha256_blocks(state_, bytes.first(whole));
  std::ranges::copy(bytes.subspan(whole), buffer_.begin());
}

std::string Sha256::finish() {
  const std::uint64_t bits = length_ * 8;
  std::vector<std::byte> padding(1, std::byte{0x80});
  padding.resize(1 + (119 - length_ % 64) % 64);
  for (int shift = 56; shift >= 0; shift -= 8) padding.push_back(std::byte(bits >> shift & 0xff));
  update(padding);
  std::string digest;
  for (const std::uint32_t word : state_) {
    for (int shift = 28; shift >= 0; shift -= 4) digest += "0123456789abcdef"[word >> shift & 0xf];
  }
  return digest;
}

std::string sha256(std::span<const std::byte> bytes) {
  Sha256 hash;
  hash.update(bytes);
  return hash.finish();
}

std::string sha256(const std::string& text) {
  return sha256(std::as_bytes(std::span(text.data(), text.size())));
}

std::string sha256(std::span<const double> numbers) {
  return sha256(std::as_bytes(numbers));
}

std::string sha256_of_file(const std::string& path, Index skip) {
  std::ifstream file(path, std::ios::binary);
  file.seekg(skip);
  require(file.good(), "cannot read " + path);
  Sha256 hash;
  std::vector<char> buffer(1 << 20);
  while (file) {
    file.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    hash.update(std::as_bytes(std::span(buffer.data(), static_cast<std::size_t>(file.gcount()))));
  }
  require(file.eof(), "cannot read " + path);
  return hash.finish();
}

}  // namespace nmc::archive
