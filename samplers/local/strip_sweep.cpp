#include <algorithm>

#include "samplers/local/strip_task.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "samplers/local/strip_sweep.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
// after foreach_target
#include "samplers/local/bit_compare-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nmc::local_detail::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

constexpr std::uint64_t kOnes = ~std::uint64_t{0};
constexpr std::uint64_t kAllLanes[8] = {kOnes, kOnes, kOnes, kOnes, kOnes, kOnes, kOnes, kOnes};

/// The last line as the blocks below it see it, and the first as those above.
void make_halo(StripTask& task) {
  constexpr Index kWords = StripGeometry::kWords;
  const Index line = task.shape.block_x * kWords;
  const std::uint64_t* first = task.words;
  const std::uint64_t* last = task.words + (task.shape.block_y - 1) * line;
  for (Index at = 0; at < line; at += kWords) {
    task.above[at] = last[at + kWords - 1];
    std::copy_n(last + at, kWords - 1, task.above + at + 1);
    std::copy_n(first + at + 1, kWords - 1, task.below + at);
    task.below[at + kWords - 1] = first[at];
  }
}

/// The four neighbours' words of a site, through the sides of the blocks in x: there the
/// neighbouring block is the next bit.
template <class D>
struct Line {
  D d;
  std::uint64_t* here;
  const std::uint64_t *above, *below;
  Index extent;

  HWY_INLINE hn::Vec<D> neighbour(int k, Index x) const {
    constexpr Index kWords = StripGeometry::kWords;
    if (k == 0) return hn::LoadU(d, above + x * kWords);
    if (k == 1) return hn::LoadU(d, below + x * kWords);
    if (k == 2) {
      if (x > 0) return hn::LoadU(d, here + (x - 1) * kWords);
      return hn::RotateRight<63>(hn::LoadU(d, here + (extent - 1) * kWords));
    }
    if (x + 1 < extent) return hn::LoadU(d, here + (x + 1) * kWords);
    return hn::RotateRight<1>(hn::LoadU(d, here));
  }
};

template <LocalRule R, class D>
HWY_INLINE void update_block_site(D d, const StripTask& task, const Line<D>& line, Index y, Index x,
                                  Index word, XoroshiroLanes<D>& random) {
  constexpr int Z = 4, C = class_count(R, Z);
  constexpr Index kWords = StripGeometry::kWords;
  const auto s = hn::LoadU(d, line.here + x * kWords);
  const auto count = count_planes<Z>(d, Z, [&](int k) {
    const auto other = line.neighbour(k, x);
    return R == LocalRule::metropolis ? hn::Xor(other, s) : other;
  });
  const auto classes = classify<R, Z>(d, Z, count);
  const auto decision = compare_uniform(d, random, classes, task.rule->union_offsets());
  const auto less = settled<C>(d, decision, classes.mask, [&](std::size_t w, int lane, int c) {
    const Index at = word + static_cast<Index>(w);
    const auto number = static_cast<std::uint64_t>(y * task.shape.block_x + x) << 6 |
                        static_cast<std::uint64_t>(lane);
    return further_bits(task.random.bank[2 * task.random.count + at], number) <
           further_part(task.rule->threshold(0, c));
  });
  if constexpr (R == LocalRule::metropolis)
    hn::StoreU(hn::Xor(s, turned(d, *task.rule, less, decision.stay, random, kAllLanes)), d,
               line.here + x * kWords);
  else
    hn::StoreU(hn::Xor(classes.ahead, less), d, line.here + x * kWords);
}

template <LocalRule R, class D>
HWY_NOINLINE void half_sweep(D d, const StripTask& task, Index colour, Index word) {
  const Index line = task.shape.block_x * StripGeometry::kWords;
  XoroshiroLanes<D> random(d, task.random.bank + word, task.random.count);
  const Index extent = task.shape.block_x, height = task.shape.block_y;
  for (Index y = 0; y < height; ++y) {
    std::uint64_t* here = task.words + y * line + word;
    const std::uint64_t* above = y > 0 ? here - line : task.above + word;
    const std::uint64_t* below = y + 1 < height ? here + line : task.below + word;
    const Line<D> lines{d, here, above, below, extent};
    for (Index x = (colour + y) % 2; x < extent; x += 2)
      update_block_site<R>(d, task, lines, y, x, word, random);
  }
  random.store(d, task.random.bank + word, task.random.count);
}

void sweep_strip(StripTask& task) {
  const hn::CappedTag<std::uint64_t, 8> d;
  for (Index colour = 0; colour < 2; ++colour) {
    make_halo(task);
    for (Index word = 0; word < StripGeometry::kWords; word += static_cast<Index>(hn::Lanes(d)))
      if (task.rule->rule() == LocalRule::metropolis)
        half_sweep<LocalRule::metropolis>(d, task, colour, word);
      else
        half_sweep<LocalRule::heat_bath>(d, task, colour, word);
  }
}

}  // namespace nmc::local_detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nmc {
namespace local_detail {
namespace {

HWY_EXPORT(sweep_strip);
void sweep_any(StripTask& task) {
  HWY_DYNAMIC_DISPATCH(sweep_strip)(task);
}

}  // namespace
}  // namespace local_detail

void sweep_strips(const BitRule& rule, Index row, const BitRandom& random, Spins& spins,
                  std::vector<std::uint64_t>& scratch) {
  const StripGeometry shape = spins.geometry().strips;
  const Index line = shape.block_x * StripGeometry::kWords;
  scratch.resize(static_cast<std::size_t>(2 * line));
  local_detail::StripTask task{
      &rule,          shape,
      random,         spins.words() + row * shape.vectors() * StripGeometry::kWords,
      scratch.data(), scratch.data() + line};
  local_detail::sweep_any(task);
}

}  // namespace nmc
#endif
