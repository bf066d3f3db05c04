// Words of 64 spins under SIMD: masks of floats from their bits, and counters that hold one number
// per bit. Included once per SIMD target.
#include <cstdint>
#include <cstring>

#include "core/batch.hpp"
#include "hwy/highway.h"

#if defined(NMC_CORE_SPINS_LANE_BITS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef NMC_CORE_SPINS_LANE_BITS_INL_H
#undef NMC_CORE_SPINS_LANE_BITS_INL_H
#else
#define NMC_CORE_SPINS_LANE_BITS_INL_H
#endif

HWY_BEFORE_NAMESPACE();
namespace nmc::spins_detail::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Lane i of the mask is bit first + i of the word.
template <class D>
HWY_INLINE hn::Mask<D> mask_of_bits(D d, std::uint64_t word, int first) {
  const std::uint64_t bits = word >> first;
  std::uint8_t bytes[8];
  std::memcpy(bytes, &bits, sizeof(bits));
  return hn::LoadMaskBits(d, bytes);
}

/// Calls work(tag, first group) so that all groups are covered by vectors of the largest sizes.
template <class Work>
HWY_INLINE void over_groups(Index groups, const Work& work) {
  const hn::ScalableTag<std::uint64_t> wide;
  const hn::CappedTag<std::uint64_t, 1> narrow;
  const auto step = static_cast<Index>(hn::Lanes(wide));
  Index g = 0;
  for (; g + step <= groups; g += step) work(wide, g);
  for (; g < groups; ++g) work(narrow, g);
}

/// a + c where the mask is set, else a. With AVX-512 one instruction, which GCC 12 does not find.
template <class D, class V = hn::Vec<D>, class M = hn::Mask<D>>
HWY_INLINE V add_where([[maybe_unused]] D d, M mask, V a, V c) {
#if HWY_TARGET <= HWY_AVX3
  if constexpr (sizeof(V) == 64 && sizeof(hn::TFromD<D>) == 4)
    return V{_mm512_mask_add_ps(a.raw, mask.raw, a.raw, c.raw)};
  else if constexpr (sizeof(V) == 64)
    return V{_mm512_mask_add_pd(a.raw, mask.raw, a.raw, c.raw)};
#endif
  return hn::Add(a, hn::IfThenElseZero(mask, c));
}

template <class V>
struct Sum2 {
  V low, high;
};

/// a + b + c of every bit as low + 2 high.
template <class V>
HWY_INLINE Sum2<V> full_add(V a, V b, V c) {
  const V either = hn::Xor(a, b);
  return {hn::Xor(either, c), hn::OrAnd(hn::And(a, b), either, c)};
}

/// Numbers below 2^35, one per bit of a vector: digit p of that of bit b of word w is bit b of
/// [p][w].
template <class D>
using BitPlanes = std::uint64_t[35][hn::MaxLanes(D())];

/// How often input(0), …, input(count − 1) have each bit set; returns the number of digits used.
/// Harley and Seal's carry-save counter over blocks of eight.
template <class D, class Input>
HWY_INLINE int sum_bits(D d, Index count, const Input& input, BitPlanes<D>& planes) {
  using V = hn::Vec<D>;
  constexpr int kMost = 32, kLow = 3;
  int used = kLow;
  while (used < kMost && (Index{1} << used) <= count) ++used;
  const V zero = hn::Zero(d);
  V ones = zero, twos = zero, fours = zero;
  for (int p = kLow; p < used; ++p) hn::Store(zero, d, planes[p]);
  const auto at = [&](Index i) { return i < count ? input(i) : zero; };
  for (Index i = 0; i < count; i += 8) {
    const auto a = full_add(ones, at(i), at(i + 1)), b = full_add(a.low, at(i + 2), at(i + 3));
    const auto c = full_add(b.low, at(i + 4), at(i + 5)), e = full_add(c.low, at(i + 6), at(i + 7));
    ones = e.low;
    const auto f = full_add(twos, a.high, b.high), g = full_add(f.low, c.high, e.high);
    twos = g.low;
    const auto h = full_add(fours, f.high, g.high);
    fours = h.low;
    V carry = h.high;
    for (int p = kLow; p < used; ++p) {
      const V plane = hn::Load(d, planes[p]);
      hn::Store(hn::Xor(plane, carry), d, planes[p]);
      carry = hn::And(plane, carry);
    }
  }
  hn::Store(ones, d, planes[0]);
  hn::Store(twos, d, planes[1]);
  hn::Store(fours, d, planes[2]);
  return used;
}

/// counts[bit] += the numbers of one word.
template <class D>
HWY_INLINE void add_word(const BitPlanes<D>& planes, int used, std::size_t word,
                         std::uint32_t* counts) {
  const hn::ScalableTag<std::uint32_t> d32;
  const int step = static_cast<int>(hn::Lanes(d32));
  const int most = step < 64 ? step : 64;
  for (int bit = 0; bit < 64; bit += most) {
    auto sum = hn::LoadU(d32, counts + bit);
    for (int p = 0; p < used; ++p)
      sum = hn::Add(sum, hn::IfThenElseZero(mask_of_bits(d32, planes[p][word], bit),
                                            hn::Set(d32, std::uint32_t{1} << p)));
    hn::StoreU(sum, d32, counts + bit);
  }
}

/// counts[bit of the vector] += how often the inputs have it set.
template <class D, class Input>
HWY_INLINE void count_bits(D d, Index count, const Input& input, std::uint32_t* counts) {
  HWY_ALIGN BitPlanes<D> planes;
  const int used = sum_bits(d, count, input, planes);
  for (std::size_t word = 0; word < hn::Lanes(d); ++word)
    add_word<D>(planes, used, word, counts + word * 64);
}

/// counts[bit of a word] += how often the words of the inputs have it set.
template <class D, class Input>
HWY_INLINE void count_word_bits(D d, Index count, const Input& input, std::uint32_t* counts) {
  HWY_ALIGN BitPlanes<D> planes;
  int used = sum_bits(d, count, input, planes);
  for (std::size_t half = hn::Lanes(d) / 2; half > 0; half /= 2, ++used)
    for (std::size_t word = 0; word < half; ++word) {
      std::uint64_t carry = 0;
      for (int p = 0; p < used; ++p) {
        const std::uint64_t a = planes[p][word], b = planes[p][word + half];
        planes[p][word] = a ^ b ^ carry;
        carry = (a & b) | ((a ^ b) & carry);
      }
      planes[used][word] = carry;
    }
  add_word<D>(planes, used, 0, counts);
}

/// The number of bits set in input(0), …, input(count − 1): by the same adders, which leaves one
/// population count for eight inputs.
template <class D, class Input>
HWY_INLINE Index count_all_bits(D d, Index count, const Input& input) {
  using V = hn::Vec<D>;
  const V zero = hn::Zero(d);
  V ones = zero, twos = zero, fours = zero, eights = zero;
  Index i = 0;
  for (; i + 8 <= count; i += 8) {
    const auto a = full_add(ones, input(i), input(i + 1));
    const auto b = full_add(a.low, input(i + 2), input(i + 3));
    const auto c = full_add(b.low, input(i + 4), input(i + 5));
    const auto e = full_add(c.low, input(i + 6), input(i + 7));
    const auto f = full_add(twos, a.high, b.high), g = full_add(f.low, c.high, e.high);
    const auto h = full_add(fours, f.high, g.high);
    ones = e.low;
    twos = g.low;
    fours = h.low;
    eights = hn::Add(eights, hn::PopulationCount(h.high));
  }
  V rest = hn::Add(hn::PopulationCount(ones), hn::ShiftLeft<1>(hn::PopulationCount(twos)));
  rest = hn::Add(rest, hn::ShiftLeft<2>(hn::PopulationCount(fours)));
  for (; i < count; ++i) rest = hn::Add(rest, hn::PopulationCount(input(i)));
  const V total = hn::Add(rest, hn::ShiftLeft<3>(eights));
  return static_cast<Index>(hn::GetLane(hn::SumOfLanes(d, total)));
}

}  // namespace nmc::spins_detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
