#include "core/archive/xxhash64.hpp"

#include <array>
#include <bit>
#include <cstddef>
#include <cstring>

namespace nmc::archive {
namespace {

// The names of the specification.
constexpr std::uint64_t PRIME1 = 0x9E3779B185EBCA87, PRIME2 = 0xC2B2AE3D27D4EB4F,
                        PRIME3 = 0x165667B19E3779F9, PRIME4 = 0x85EBCA77C2B2AE63,
                        PRIME5 = 0x27D4EB2F165667C5;
constexpr std::size_t kStripe = 32;

template <class Word>
std::uint64_t read_word(const unsigned char* from) {
  static_assert(std::endian::native == std::endian::little);
  Word word;
  std::memcpy(&word, from, sizeof(Word));
  return word;
}

std::uint64_t xxh_round(std::uint64_t lane, std::uint64_t input) {
  return std::rotl(lane + input * PRIME2, 31) * PRIME1;
}

std::uint64_t merge_lane(std::uint64_t hash, std::uint64_t lane) {
  return (hash ^ xxh_round(0, lane)) * PRIME1 + PRIME4;
}

std::uint64_t avalanche(std::uint64_t hash) {
  hash = (hash ^ (hash >> 33)) * PRIME2;
  hash = (hash ^ (hash >> 29)) * PRIME3;
  return hash ^ (hash >> 32);
}

}  // namespace

std::uint64_t xxhash64(std::span<const unsigned char> bytes) {
  const unsigned char* at = bytes.data();
  const unsigned char* const end = at + bytes.size();
  std::uint64_t hash = PRIME5;
  if (bytes.size() >= kStripe) {
    std::array<std::uint64_t, 4> lanes{PRIME1 + PRIME2, PRIME2, 0, 0 - PRIME1};
    for (; end - at >= static_cast<std::ptrdiff_t>(kStripe); at += kStripe)
      for (std::size_t i = 0; i < lanes.size(); ++i)
        lanes[i] = xxh_round(lanes[i], read_word<std::uint64_t>(at + 8 * i));
    hash = std::rotl(lanes[0], 1) + std::rotl(lanes[1], 7) + std::rotl(lanes[2], 12) +
           std::rotl(lanes[3], 18);
    for (const std::uint64_t lane : lanes) hash = merge_lane(hash, lane);
  }
  hash += bytes.size();
  for (; end - at >= 8; at += 8)
    hash = std::rotl(hash ^ xxh_round(0, read_word<std::uint64_t>(at)), 27) * PRIME1 + PRIME4;
  if (end - at >= 4) {
    hash = std::rotl(hash ^ (read_word<std::uint32_t>(at) * PRIME1), 23) * PRIME2 + PRIME3;
    at += 4;
  }
  for (; at != end; ++at) hash = std::rotl(hash ^ (*at * PRIME5), 11) * PRIME1;
  return avalanche(hash);
}

}  // namespace nmc::archive
