#include "core/spins/strip_counts.hpp"

#include <vector>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/spins/strip_counts.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
// after foreach_target
#include "core/spins/lane_bits-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nmc::spins_detail::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Wide = hn::CappedTag<std::uint64_t, 8>;
constexpr Index kStep = static_cast<Index>(hn::MaxLanes(Wide()));

Index words_up(const std::uint64_t* words, Index count) {
  const Wide d;
  return count_all_bits(d, count / kStep, [&](Index i) { return hn::LoadU(d, words + i * kStep); });
}

Index words_different(const std::uint64_t* a, const std::uint64_t* b, Index count) {
  const Wide d;
  return count_all_bits(d, count / kStep, [&](Index i) {
    return hn::Xor(hn::LoadU(d, a + i * kStep), hn::LoadU(d, b + i * kStep));
  });
}

/// Along x: all pairs of vectors that follow each other, less those across the ends of the lines,
/// whose last site is followed by the first of the next block, which is the next bit.
Index unequal_in_x(const std::uint64_t* words, Index line, Index lines) {
  const Wide d;
  constexpr Index kWords = StripGeometry::kWords, kParts = kWords / kStep;
  const std::uint64_t* last = words + line - kWords;
  const Index across = count_all_bits(d, (lines - 1) * kParts, [&](Index i) {
    const Index at = i / kParts * line + i % kParts * kStep;
    return hn::Xor(hn::LoadU(d, last + at), hn::LoadU(d, words + line + at));
  });
  const Index wrapped = count_all_bits(d, lines * kParts, [&](Index i) {
    const Index at = i / kParts * line + i % kParts * kStep;
    const auto next = hn::RotateRight<1>(hn::LoadU(d, words + at));
    return hn::Xor(hn::LoadU(d, last + at), next);
  });
  return words_different(words, words + kWords, lines * line - kWords) - across + wrapped;
}

}  // namespace nmc::spins_detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nmc::spins_detail {

HWY_EXPORT(words_up);
HWY_EXPORT(words_different);
HWY_EXPORT(unequal_in_x);

Index row_bits(const std::uint64_t* row, Index words) {
  return HWY_DYNAMIC_DISPATCH(words_up)(row, words);
}

Index row_bits_different(const std::uint64_t* a, const std::uint64_t* b, Index words) {
  return HWY_DYNAMIC_DISPATCH(words_different)(a, b, words);
}

Index strip_unequal(const std::uint64_t* row, const StripGeometry& geometry) {
  constexpr Index kWords = StripGeometry::kWords;
  const Index line = geometry.block_x * kWords;
  // The last line of a block lies above the first of the next one, which is the next word.
  std::vector<std::uint64_t> first(static_cast<std::size_t>(line));
  for (Index i = 0; i < line; ++i)
    first[static_cast<std::size_t>(i)] = row[i - i % kWords + (i + 1) % kWords];
  const Index rest = (geometry.block_y - 1) * line;
  return HWY_DYNAMIC_DISPATCH(words_different)(row, row + line, rest) +
         HWY_DYNAMIC_DISPATCH(words_different)(row + rest, first.data(), line) +
         HWY_DYNAMIC_DISPATCH(unequal_in_x)(row, line, geometry.block_y);
}

}  // namespace nmc::spins_detail
#endif
