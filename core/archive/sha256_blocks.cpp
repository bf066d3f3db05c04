#include "core/archive/sha256_blocks.hpp"

#ifdef __x86_64__
#include <cpuid.h>
#include <immintrin.h>
#endif

#include <bit>
#include <cassert>

namespace nmc::archive {
namespace {

// FIPS 180-4 section 4.2.2: fractional parts of the cube roots of the first 64 primes
constexpr std::array<std::uint32_t, 64> round_constants = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

using std::rotr;

/// Section 6.2.2 step 1: the message schedule.
std::array<std::uint32_t, 64> schedule(std::span<const std::byte> block) {
  std::array<std::uint32_t, 64> w{};
  for (std::size_t t = 0; t < 16; ++t) {
    for (std::size_t k = 0; k < 4; ++k) {
      w[t] = w[t] << 8 | std::to_integer<std::uint32_t>(block[4 * t + k]);
    }
  }
  for (std::size_t t = 16; t < 64; ++t) {
    const std::uint32_t a = w[t - 15], b = w[t - 2];
    const std::uint32_t s0 = rotr(a, 7) ^ rotr(a, 18) ^ (a >> 3);
    const std::uint32_t s1 = rotr(b, 17) ^ rotr(b, 19) ^ (b >> 10);
    w[t] = s1 + w[t - 7] + s0 + w[t - 16];
  }
  return w;
}

constexpr std::size_t kBlockBytes = 64;

#ifdef __x86_64__
bool has_sha_instructions() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  constexpr unsigned sse41 = 1U << 19, sha = 1U << 29;  // leaf 1 ECX, leaf 7 EBX
  const bool has_sse41 = __get_cpuid(1, &a, &b, &c, &d) != 0 && (c & sse41) != 0;
  return has_sse41 && __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (b & sha) != 0;
}

__m128i load(const void* bytes) {
  return _mm_loadu_si128(static_cast<const __m128i*>(bytes));
}

void store(std::uint32_t* words, __m128i value) {
  _mm_storeu_si128(reinterpret_cast<__m128i*>(words), value);
}

// Four rounds at a time; the state lies as ABEF and CDGH, as the instructions want it.
__attribute__((target("sha,sse4.1"))) void blocks_by_instructions(
    Sha256State& state, std::span<const std::byte> blocks) {
  const __m128i big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
  const __m128i cdab = _mm_shuffle_epi32(load(state.data()), 0xB1);
  const __m128i efgh = _mm_shuffle_epi32(load(state.data() + 4), 0x1B);
  __m128i abef = _mm_alignr_epi8(cdab, efgh, 8);
  __m128i cdgh = _mm_blend_epi16(efgh, cdab, 0xF0);
  for (std::size_t at = 0; at < blocks.size(); at += kBlockBytes) {
    const __m128i abef_before = abef, cdgh_before = cdgh;
    __m128i w[4];
    for (std::size_t k = 0; k < 4; ++k)
      w[k] = _mm_shuffle_epi8(load(blocks.data() + at + 16 * k), big_endian);
    for (std::size_t t = 0; t < 16; ++t) {
      __m128i& word = w[t % 4];
      const __m128i next = w[(t + 1) % 4], after = w[(t + 2) % 4], last = w[(t + 3) % 4];
      __m128i sum = _mm_add_epi32(word, load(&round_constants[4 * t]));
      cdgh = _mm_sha256rnds2_epu32(cdgh, abef, sum);
      sum = _mm_shuffle_epi32(sum, 0x0E);
      abef = _mm_sha256rnds2_epu32(abef, cdgh, sum);
      word = _mm_add_epi32(_mm_sha256msg1_epu32(word, next), _mm_alignr_epi8(last, after, 4));
      word = _mm_sha256msg2_epu32(word, last);
    }
    abef = _mm_add_epi32(abef, abef_before);
    cdgh = _mm_add_epi32(cdgh, cdgh_before);
  }
  const __m128i feba = _mm_shuffle_epi32(abef, 0x1B), dchg = _mm_shuffle_epi32(cdgh, 0xB1);
  store(state.data(), _mm_blend_epi16(feba, dchg, 0xF0));
  store(state.data() + 4, _mm_alignr_epi8(dchg, feba, 8));
}
#endif

void compress(Sha256State& state, std::span<const std::byte> block) {
  const std::array<std::uint32_t, 64> w = schedule(block);
  auto [a, b, c, d, e, f, g, h] = state;
  for (std::size_t t = 0; t < 64; ++t) {
    const std::uint32_t s1 = rotr(e, 6) ^ rotr(e, 11) ^ rotr(e, 25);
    const std::uint32_t t1 = h + s1 + ((e & f) ^ (~e & g)) + round_constants[t] + w[t];
    const std::uint32_t s0 = rotr(a, 2) ^ rotr(a, 13) ^ rotr(a, 22);
    const std::uint32_t t2 = s0 + ((a & b) ^ (a & c) ^ (b & c));
    h = g;
    g = f;
    f = e;
    e = d + t1;
    d = c;
    c = b;
    b = a;
    a = t1 + t2;
  }
  const std::array<std::uint32_t, 8> added = {a, b, c, d, e, f, g, h};
  for (std::size_t i = 0; i < 8; ++i) state[i] += added[i];
}

}  // namespace

void sha256_blocks_plain(Sha256State& state, std::span<const std::byte> blocks) {
  assert(blocks.size() % kBlockBytes == 0);
  for (; !blocks.empty(); blocks = blocks.subspan(kBlockBytes))
    compress(state, blocks.first(kBlockBytes));
}

void sha256_blocks(Sha256State& state, std::span<const std::byte> blocks) {
#ifdef __x86_64__
  static const bool has_instructions = has_sha_instructions();
  if (has_instructions) {
    blocks_by_instructions(state, blocks);
    return;
  }
#endif
  sha256_blocks_plain(state, blocks);
}

}  // namespace nmc::archive
