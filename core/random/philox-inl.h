// Philox4x32-10 with one chain per 64-bit lane (Salmon et al., SC'11). Included once per SIMD
// target; the words in the lower halves of the lanes are meant, the upper halves are scratch.
#include <cstdint>

#include "hwy/highway.h"

#if defined(NMC_CORE_RANDOM_PHILOX_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef NMC_CORE_RANDOM_PHILOX_INL_H
#undef NMC_CORE_RANDOM_PHILOX_INL_H
#else
#define NMC_CORE_RANDOM_PHILOX_INL_H
#endif

HWY_BEFORE_NAMESPACE();
namespace nmc::random_detail::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

inline constexpr int rounds = 10;

struct PhiloxKeys {
  std::uint64_t k0[rounds], k1[rounds];
};

/// The key schedule: Weyl sequences of 32 bits with the paper's two increments.
inline PhiloxKeys philox_keys(std::uint64_t seed) {
  PhiloxKeys keys;
  auto k0 = static_cast<std::uint32_t>(seed), k1 = static_cast<std::uint32_t>(seed >> 32);
  for (int round = 0; round < rounds; ++round, k0 += 0x9E3779B9U, k1 += 0xBB67AE85U) {
    keys.k0[round] = k0;
    keys.k1[round] = k1;
  }
  return keys;
}

struct Counter {
  std::uint32_t block;
  std::uint64_t step;
  std::uint32_t first_chain, purpose;
};

template <class V>
struct Words {
  V w0, w1, w2, w3;
};

/// The 64-bit product of the lower 32 bits of each lane.
template <class DU, class V = hn::Vec<DU>>
HWY_INLINE V multiply([[maybe_unused]] DU du, V a, V b) {
#if HWY_TARGET == HWY_SCALAR
  return V((a.raw & 0xFFFFFFFFU) * b.raw);
#else
  const hn::Repartition<std::uint32_t, DU> du32;
  return hn::MulEven(hn::BitCast(du32, a), hn::BitCast(du32, b));
#endif
}

/// The function itself, of any counters.
template <class DU, class V = hn::Vec<DU>>
HWY_INLINE Words<V> philox_of(DU du, const PhiloxKeys& keys, Words<V> counter) {
  const V m0 = hn::Set(du, 0xD2511F53U), m1 = hn::Set(du, 0xCD9E8D57U);
  V c0 = counter.w0, c1 = counter.w1, c2 = counter.w2, c3 = counter.w3;
  for (int round = 0; round < rounds; ++round) {
    const V p0 = multiply(du, c0, m0), p1 = multiply(du, c2, m1);
    c0 = hn::Xor3(hn::ShiftRight<32>(p1), c1, hn::Set(du, keys.k0[round]));
    c1 = p1;
    c2 = hn::Xor3(hn::ShiftRight<32>(p0), c3, hn::Set(du, keys.k1[round]));
    c3 = p0;
  }
  return {c0, c1, c2, c3};
}

/// One block of as many chains as there are lanes.
template <class DU, class V = hn::Vec<DU>>
HWY_INLINE Words<V> philox(DU du, const PhiloxKeys& keys, const Counter& counter, V chain) {
  return philox_of(du, keys,
                   Words<V>{hn::Set(du, counter.block), hn::Set(du, counter.step), chain,
                            hn::Set(du, counter.purpose | ((counter.step >> 32) << 8))});
}

/// Consecutive blocks of one chain, one a lane.
template <class DU, class V = hn::Vec<DU>>
HWY_INLINE Words<V> philox_blocks(DU du, const PhiloxKeys& keys, const Counter& counter) {
  return philox_of(du, keys,
                   Words<V>{hn::Add(hn::Set(du, counter.block), hn::Iota(du, 0)),
                            hn::Set(du, counter.step), hn::Set(du, counter.first_chain),
                            hn::Set(du, counter.purpose | ((counter.step >> 32) << 8))});
}

/// (k + 1/2) 2^-52, k the upper 52 bits of (high, low): the bits become the fraction of a double in
/// [1, 2), from which 1 - 2^-53 is taken away; both steps are exact.
template <class D, class V>
HWY_INLINE hn::Vec<D> to_uniform(D d, V low, V high) {
  const hn::RebindToUnsigned<D> du;
  const V low_half = hn::And(low, hn::Set(du, 0xFFFFFFFFU));
  const V bits = hn::ShiftRight<12>(hn::Or(hn::ShiftLeft<32>(high), low_half));
  const V one_to_two = hn::Or(bits, hn::Set(du, std::uint64_t{0x3FF} << 52));
  return hn::Sub(hn::BitCast(d, one_to_two), hn::Set(d, 1 - 0x1p-53));
}

}  // namespace nmc::random_detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
