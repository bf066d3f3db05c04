// Decisions of 64 spins per word: neighbours are counted in bit planes, the count picks a class,
// and a random number is compared with the threshold of the class, bit by bit from the highest.
// Included once per SIMD target.
#include <bit>
#include <cstdint>

#include "core/random/xoroshiro-inl.h"
#include "core/spins/lane_bits-inl.h"
#include "hwy/highway.h"
#include "samplers/local/bit_rules.hpp"

#if defined(NMC_SAMPLERS_LOCAL_BIT_COMPARE_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef NMC_SAMPLERS_LOCAL_BIT_COMPARE_INL_H
#undef NMC_SAMPLERS_LOCAL_BIT_COMPARE_INL_H
#else
#define NMC_SAMPLERS_LOCAL_BIT_COMPARE_INL_H
#endif

HWY_BEFORE_NAMESPACE();
namespace nmc::local_detail::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;
using random_detail::HWY_NAMESPACE::XoroshiroLanes;

/// Classes of a rule on sites of degree Z; Z = 0 stands for any degree.
constexpr int class_count(LocalRule rule, int z) {
  if (z == 0) return rule == LocalRule::metropolis ? 4 : BitRule::kMaxClasses;
  return rule == LocalRule::metropolis ? (z + 1) / 2 : z / 2 + 1;
}

/// How many of the inputs have each bit set, as a number of four bit planes.
template <class V>
struct Planes {
  V p[4];
};

/// neighbour(k) of k < z; the adders for the common degrees are written out.
template <int Z, class D, class Neighbour>
HWY_INLINE Planes<hn::Vec<D>> count_planes(D d, [[maybe_unused]] int z, const Neighbour& n) {
  using spins_detail::HWY_NAMESPACE::full_add;
  const auto zero = hn::Zero(d);
  if constexpr (Z == 3) {
    const auto a = full_add(n(0), n(1), n(2));
    return {{a.low, a.high, zero, zero}};
  } else if constexpr (Z == 4) {
    const auto a = full_add(n(0), n(1), n(2));
    const auto last = n(3);
    const auto carry = hn::And(a.low, last);
    return {{hn::Xor(a.low, last), hn::Xor(a.high, carry), hn::And(a.high, carry), zero}};
  } else if constexpr (Z == 6) {
    const auto a = full_add(n(0), n(1), n(2)), b = full_add(n(3), n(4), n(5));
    const auto c = full_add(a.high, b.high, hn::And(a.low, b.low));
    return {{hn::Xor(a.low, b.low), c.low, c.high, zero}};
  } else {
    Planes<hn::Vec<D>> sum{{zero, zero, zero, zero}};
    for (int k = 0; k < z; ++k) {
      auto carry = n(k);
      for (auto& plane : sum.p) {
        const auto old = plane;
        plane = hn::Xor(old, carry);
        carry = hn::And(old, carry);
      }
    }
    return sum;
  }
}

/// Bits whose count is `value`; planes above those that a count of z needs are zero.
template <int Planes_, class D, class V>
HWY_INLINE V equals(D d, const V* planes, int value) {
  V miss = hn::Zero(d);
  for (int b = 0; b < Planes_; ++b)
    miss = (value >> b & 1) != 0 ? hn::Or(miss, hn::Not(planes[b])) : hn::Or(miss, planes[b]);
  return hn::Not(miss);
}

constexpr int plane_count(int z) {
  return z == 0 ? 4 : z < 4 ? 2 : z < 8 ? 3 : 4;
}

/// Class masks of a site, where a comparison is needed, and where turning over costs nothing.
template <class V, int C>
struct Classes {
  V mask[C], need, ahead, tie;
};

/// Where u < threshold is known, and where the first 13 bits leave it open. Of Metropolis: where
/// the spin stays unless u < threshold, those that need a comparison and one tie in 16.
template <class V>
struct Decision {
  V less, open, stay;
};

/// u < t so far, from the lowest bit up: the borrow of u − t, and where the two differ at all.
template <class V>
struct Comparison {
  V less, differs;

  HWY_INLINE void add(V threshold, V random) {
#if HWY_TARGET <= HWY_AVX3
    // The majority of ~u, t and the borrow so far; differs | u ^ t. One instruction each.
    less.raw = ternary<0x8E>(random.raw, threshold.raw, less.raw);
    differs.raw = ternary<0xF6>(differs.raw, random.raw, threshold.raw);
#else
    const V d = hn::Xor(threshold, random);
    less = hn::OrAnd(hn::AndNot(d, less), d, threshold);
    differs = hn::Or(differs, d);
#endif
  }

#if HWY_TARGET <= HWY_AVX3
 private:
  template <int kTable>
  static HWY_INLINE __m512i ternary(__m512i a, __m512i b, __m512i c) {
    return _mm512_ternarylogic_epi64(a, b, c, kTable);
  }
  template <int kTable>
  static HWY_INLINE __m256i ternary(__m256i a, __m256i b, __m256i c) {
    return _mm256_ternarylogic_epi64(a, b, c, kTable);
  }
  template <int kTable>
  static HWY_INLINE __m128i ternary(__m128i a, __m128i b, __m128i c) {
    return _mm_ternarylogic_epi64(a, b, c, kTable);
  }
#endif
};

/// Compares with the threshold bits threshold(round), from the last round to the first. Lanes that
/// need no comparison have threshold 0: there `differs` is the union of the random bits so far.
template <class D, class Classes, class Threshold, class V = hn::Vec<D>>
HWY_INLINE Decision<V> compare(D d, XoroshiroLanes<D>& random, const Classes& classes,
                               const Threshold& threshold) {
  constexpr int kTie = BitRule::kRounds - BitRule::kTieRounds;
  Comparison<V> comparison{hn::Zero(d), hn::Zero(d)};
  V stay = classes.need;
#pragma GCC unroll 13
  for (int k = BitRule::kRounds - 1; k >= 0; --k) {
    comparison.add(threshold(k), random.next());
    if (k == kTie) stay = hn::Or(stay, hn::AndNot(comparison.differs, classes.tie));
  }
  return {hn::And(comparison.less, classes.need), hn::AndNot(comparison.differs, classes.need),
          stay};
}

/// One threshold per class. The set of classes whose threshold has the bit of a round is the same
/// for all lanes: the unions of the class masks are made once and looked up.
template <class D, int C, class V = hn::Vec<D>>
HWY_INLINE Decision<V> compare_uniform(D d, XoroshiroLanes<D>& random, const Classes<V, C>& classes,
                                       const std::ptrdiff_t* offsets) {
  constexpr std::size_t kStride = BitRule::kUnionStride;
  HWY_ALIGN std::uint64_t unions[(1 << C) * kStride];
  hn::Store(hn::Zero(d), d, unions);
  for (std::size_t m = 1; m < 1 << C; ++m) {
    const V rest = hn::Load(d, unions + (m & (m - 1)) * kStride);
    hn::Store(hn::Or(rest, classes.mask[std::countr_zero(m)]), d, unions + m * kStride);
  }
  return compare(d, random, classes, [&](int k) { return hn::Load(d, unions + offsets[k]); });
}

/// One threshold per class and lane; lanes[(round * C + class) * 8 + word] holds their bits.
template <class D, int C, class V = hn::Vec<D>>
HWY_INLINE Decision<V> compare_lanes(D d, XoroshiroLanes<D>& random, const Classes<V, C>& classes,
                                     const std::uint64_t* lanes) {
  return compare(d, random, classes, [&](int k) {
    V threshold = hn::Zero(d);
    for (int c = 0; c < C; ++c)
      threshold = hn::OrAnd(threshold, classes.mask[c], hn::LoadU(d, lanes + (k * C + c) * 8));
    return threshold;
  });
}

/// The lanes that the first bits left open, one by one: is_less(word, lane, class).
template <int C, class IsLess>
HWY_NOINLINE void settle(const std::uint64_t* open, const std::uint64_t (*classes)[8],
                         std::uint64_t* less, std::size_t words, const IsLess& is_less) {
  for (std::size_t w = 0; w < words; ++w)
    for (std::uint64_t left = open[w]; left != 0; left &= left - 1) {
      const int lane = std::countr_zero(left);
      int c = 0;
      while (c + 1 < C && (classes[c][w] >> lane & 1) == 0) ++c;
      if (is_less(w, lane, c)) less[w] |= std::uint64_t{1} << lane;
    }
}

/// decision.less with the open lanes settled, which few vectors have.
template <int C, class D, class V, class IsLess>
HWY_INLINE V settled(D d, const Decision<V>& decision, const V* classes, const IsLess& is_less) {
  if (HWY_LIKELY(hn::AllTrue(d, hn::Eq(decision.open, hn::Zero(d))))) return decision.less;
  constexpr std::size_t kWords = hn::MaxLanes(D());
  std::uint64_t open[kWords], less[kWords], masks[C][8];
  hn::StoreU(decision.open, d, open);
  hn::StoreU(decision.less, d, less);
  for (int c = 0; c < C; ++c) hn::StoreU(classes[c], d, masks[c]);
  settle<C>(open, masks, less, kWords, is_less);
  return hn::LoadU(d, less);
}

template <LocalRule R, int Z, class D, class V = hn::Vec<D>>
HWY_INLINE auto classify(D d, int z, const Planes<V>& count) {
  constexpr int C = class_count(R, Z), P = plane_count(Z);
  Classes<V, C> result;
  result.need = hn::Zero(d);
  result.ahead = hn::Zero(d);
  result.tie = hn::Zero(d);
  if constexpr (R == LocalRule::metropolis && Z == 4) {
    result.need = hn::Not(hn::Or(count.p[1], count.p[2]));  // fewer than two
    result.mask[0] = hn::AndNot(count.p[0], result.need);
    result.mask[1] = hn::And(count.p[0], result.need);
    result.tie = hn::AndNot(count.p[0], count.p[1]);
  } else if constexpr (R == LocalRule::metropolis && Z == 6) {
    const V low = hn::AndNot(count.p[2], hn::Not(count.p[1]));  // fewer than two
    result.mask[0] = hn::AndNot(count.p[0], low);
    result.mask[1] = hn::And(count.p[0], low);
    result.mask[2] = hn::AndNot(hn::Or(count.p[0], count.p[2]), count.p[1]);
    result.need = hn::Or(low, result.mask[2]);
    result.tie = hn::And(count.p[0], count.p[1]);
  } else if constexpr (R == LocalRule::metropolis) {
    const int used = (z + 1) / 2;
    for (int c = 0; c < C; ++c) {
      result.mask[c] = c < used ? equals<P>(d, count.p, c) : hn::Zero(d);
      result.need = hn::Or(result.need, result.mask[c]);
    }
    if (z % 2 == 0) result.tie = equals<P>(d, count.p, z / 2);
  } else {
    // ahead: the field points up. Classes of equal |h| from both sides.
    for (int c = 0; c < C; ++c) {
      const int above = (z + z % 2) / 2 + c;
      if (above > z) {
        result.mask[c] = hn::Zero(d);
        continue;
      }
      const V up = equals<P>(d, count.p, above);
      result.ahead = hn::Or(result.ahead, up);
      result.mask[c] = hn::Or(up, equals<P>(d, count.p, z - above));
    }
    result.need = hn::Not(hn::Zero(d));
  }
  return result;
}

/// The spins that Metropolis turns over; where the rule has hot rows, in these every other time by
/// a further random word.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V turned(D d, const BitRule& rule, V less, V stay, XoroshiroLanes<D>& random,
                    const std::uint64_t* hot) {
  const V flips = hn::Or(less, hn::Not(stay));
  if (HWY_LIKELY(!rule.has_hot_rows())) return flips;
  return hn::AndNot(hn::And(random.next(), hn::LoadU(d, hot)), flips);
}

}  // namespace nmc::local_detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
