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

/// Of one line, against the line below and against itself one site on; the site after the last is
/// the first one of the next block, which is the next bit.
Index line_unequal(const std::uint64_t* line, const std::uint64_t* below, Index extent) {
  const Wide d;
  constexpr Index kWords = StripGeometry::kWords;
  const Index last = (extent - 1) * kWords;
  const Index down = words_different(line, below, extent * kWords);
  const Index right = words_different(line, line + kWords, last);
  return down + right + count_all_bits(d, kWords / kStep, [&](Index i) {
           const auto next = hn::RotateRight<1>(hn::LoadU(d, line + i * kStep));
           return hn::Xor(next, hn::LoadU(d, line + last + i * kStep));
         });
}

}  // namespace nmc::spins_detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nmc::spins_detail {

HWY_EXPORT(words_up);
HWY_EXPORT(words_different);
HWY_EXPORT(line_unequal);

Index strip_up(const std::uint64_t* row, const StripGeometry& geometry) {
  return HWY_DYNAMIC_DISPATCH(words_up)(row, geometry.vectors() * StripGeometry::kWords);
}

Index strip_different(const std::uint64_t* a, const std::uint64_t* b,
                      const StripGeometry& geometry) {
  return HWY_DYNAMIC_DISPATCH(words_different)(a, b, geometry.vectors() * StripGeometry::kWords);
}

Index strip_unequal(const std::uint64_t* row, const StripGeometry& geometry) {
  constexpr Index kWords = StripGeometry::kWords;
  const Index line = geometry.block_x * kWords;
  // The last line of a block lies above the first of the next one, which is the next word.
  std::vector<std::uint64_t> first(static_cast<std::size_t>(line));
  for (Index i = 0; i < line; ++i)
    first[static_cast<std::size_t>(i)] = row[i - i % kWords + (i + 1) % kWords];
  Index unequal = 0;
  for (Index y = 0; y < geometry.block_y; ++y) {
    const bool is_last = y + 1 == geometry.block_y;
    unequal += HWY_DYNAMIC_DISPATCH(line_unequal)(
        row + y * line, is_last ? first.data() : row + (y + 1) * line, geometry.block_x);
  }
  return unequal;
}

}  // namespace nmc::spins_detail
#endif
