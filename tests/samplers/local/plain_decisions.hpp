#pragma once

#include <array>
#include <cmath>
#include <cstdint>

#include "core/random/xoroshiro.hpp"
#include "samplers/local/bit_kernels.hpp"

/// Decisions of the bit sweeps one by one, from the same random bits put together as numbers.
namespace nmc::test {

/// A generator of a bank and the key of its sweep.
struct Generator {
  Generator(const Streams& streams, std::uint64_t number) {
    std::array<std::uint64_t, XoroshiroBank::kRows> bank{};
    seed(streams.with(Purpose::spins), number, {bank.data(), 1});
    s = {bank[0], bank[1]};
    key = bank[2];
  }
  std::uint64_t next() {
    const auto rotate = [](std::uint64_t x, int k) { return x << k | x >> (64 - k); };
    const std::uint64_t result = rotate(s[0] + s[1], 17) + s[0];
    s[1] ^= s[0];
    s[0] = rotate(s[0], 49) ^ s[1] ^ (s[1] << 21);
    s[1] = rotate(s[1], 28);
    return result;
  }
  std::array<std::uint64_t, 2> s{};
  std::uint64_t key = 0;
};

/// The 13 words of one decision of 64 lanes: word k holds bit 63 − k of every lane's number. They
/// are drawn 12, 11, 10, … .
using Words = std::array<std::uint64_t, BitRule::kRounds>;

[[nodiscard]] inline Words draw(Generator& generator) {
  Words words{};
  for (std::size_t k = BitRule::kRounds; k-- > 0;) words[k] = generator.next();
  return words;
}

[[nodiscard]] inline std::uint64_t number_of(const Words& words, int lane, std::uint64_t key,
                                             std::uint64_t place) {
  std::uint64_t u = further_bits(key, place);
  for (std::size_t k = 0; k < BitRule::kRounds; ++k)
    u |= (words[k] >> lane & 1) << (63 - static_cast<int>(k));
  return u;
}

/// The spin after an update at field h (in units of J) by the number u.
[[nodiscard]] inline bool updated(const BitRule& rule, Index global_row, bool up, int h,
                                  std::uint64_t u) {
  if (rule.rule() == LocalRule::heat_bath) {
    const int c = (std::abs(h) - rule.degree() % 2) / 2;
    const bool ahead = h >= 0;
    return (u < rule.threshold(global_row, c)) != ahead;
  }
  const int unsatisfied = (rule.degree() - (up ? h : -h)) / 2;
  if (2 * unsatisfied < rule.degree()) return (u < rule.threshold(global_row, unsatisfied)) != up;
  // Bit 63 − k of u is that of round k.
  const std::uint64_t tie = u >> (64 - BitRule::kRounds) & ((1U << BitRule::kTieRounds) - 1);
  return (2 * unsatisfied > rule.degree() || tie != 0) != up;
}

/// Keeps the spin in a hot row where the word that follows has a bit.
[[nodiscard]] inline bool cooled(const BitRule& rule, Index global_row, bool before, bool after,
                                 std::uint64_t bit) {
  return rule.is_hot(global_row) && bit != 0 ? before : after;
}

}  // namespace nmc::test
