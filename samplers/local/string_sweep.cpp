#include <algorithm>
#include <bit>

#include "samplers/local/bit_kernels.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "samplers/local/string_sweep.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
// after foreach_target
#include "core/spins/string_links-inl.h"
#include "samplers/local/bit_compare-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nmc::local_detail::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;
using spins_detail::HWY_NAMESPACE::LinkWords;

constexpr std::uint64_t kEveryBit = ~std::uint64_t{0};
constexpr std::uint64_t kEveryLane[8] = {kEveryBit, kEveryBit, kEveryBit, kEveryBit,
                                         kEveryBit, kEveryBit, kEveryBit, kEveryBit};

/// What one string of a row is updated from.
struct StringTask {
  const StringLattice& lattice;
  const BitRule& rule;
  const BitRandom& random;
  const LinkWords* links;
  std::uint64_t* own;
  Index string;
};

/// The spins of words w, w + 1, … of a string.
template <LocalRule R, int kDirections, bool kSigned, class D>
HWY_INLINE void update_words(D d, const StringTask& task, Index w, XoroshiroLanes<D>& random) {
  constexpr int Z = 2 * kDirections, C = class_count(R, Z);
  const auto s = hn::LoadU(d, task.own + w);
  const auto count = count_planes<Z>(d, Z, [&](int k) {
    const LinkWords& link = task.links[k];
    const auto other = k % 2 == 0 ? link.template get<true, kSigned>(d, w)
                                  : link.template get<false, kSigned>(d, w);
    return R == LocalRule::metropolis ? hn::Xor(other, s) : other;
  });
  const auto classes = classify<R, Z>(d, Z, count);
  const auto decision = compare_uniform(d, random, classes, task.rule.union_offsets());
  const auto less = settled<C>(d, decision, classes.mask, [&](std::size_t word, int lane, int c) {
    const Index at = w + static_cast<Index>(word);
    const auto number = static_cast<std::uint64_t>(task.string * task.lattice.pitch() + at) << 6 |
                        static_cast<std::uint64_t>(lane);
    const Index generator = at % StringGeometry::kGroup;
    return further_bits(task.random.bank[2 * task.random.count + generator], number) <
           further_part(task.rule.threshold(0, c));
  });
  const auto live = hn::LoadU(d, task.lattice.live(task.string) + w);
  if constexpr (R == LocalRule::metropolis) {
    const auto flips = turned(d, task.rule, less, decision.stay, random, kEveryLane);
    hn::StoreU(hn::Xor(s, hn::And(flips, live)), d, task.own + w);
  } else {
    hn::StoreU(hn::And(hn::Xor(classes.ahead, less), live), d, task.own + w);
  }
}

/// The strings of one colour, of every eight words those from `part` on that are one vector.
template <LocalRule R, int kDirections, bool kSigned, class D>
HWY_NOINLINE void update_colour(D d, const StringLattice& lattice, const BitRule& rule,
                                const BitRandom& bank, std::uint64_t* row, int colour, Index part) {
  XoroshiroLanes<D> random(d, bank.bank + part, bank.count);
  for (Index string = 0; string < lattice.strings(); ++string) {
    if (std::popcount(static_cast<std::uint64_t>(string)) % 2 != colour) continue;
    const auto link = [&](int k) { return LinkWords(lattice, row, string, k); };
    const LinkWords links[6]{
        link(0), link(1), link(2), link(3), link(2 * kDirections - 2), link(2 * kDirections - 1)};
    const StringTask task{lattice, rule, bank, links, row + string * lattice.pitch(), string};
    const Index lanes = static_cast<Index>(hn::Lanes(d)), words = lattice.words();
    Index w = part;
    for (; w + lanes <= words; w += StringGeometry::kGroup)
      update_words<R, kDirections, kSigned>(d, task, w, random);
    if (w >= words) continue;
    // Which generators have drawn must not depend on how many words a vector has.
    const XoroshiroLanes<D> before = random;
    update_words<R, kDirections, kSigned>(d, task, w, random);
    random.undo_from(d, static_cast<std::size_t>(words - w), before);
  }
  random.store(d, bank.bank + part, bank.count);
}

template <LocalRule R, int kDirections, bool kSigned>
HWY_INLINE void sweep_lattice(const StringLattice& lattice, const BitRule& rule,
                              const BitRandom& bank, std::uint64_t* row) {
  const hn::CappedTag<std::uint64_t, StringGeometry::kGroup> d;
  const Index parts = std::min(StringGeometry::kGroup, lattice.words());
  for (int colour = 0; colour < 2; ++colour)
    for (Index part = 0; part < parts; part += static_cast<Index>(hn::Lanes(d)))
      update_colour<R, kDirections, kSigned>(d, lattice, rule, bank, row, colour, part);
}

template <LocalRule R>
HWY_INLINE void sweep_by_rule(const StringLattice& lattice, const BitRule& rule,
                              const BitRandom& bank, std::uint64_t* row) {
  const bool is_signed = lattice.signs(0, 0) != nullptr;
  if (lattice.directions() == 2)
    is_signed ? sweep_lattice<R, 2, true>(lattice, rule, bank, row)
              : sweep_lattice<R, 2, false>(lattice, rule, bank, row);
  else
    is_signed ? sweep_lattice<R, 3, true>(lattice, rule, bank, row)
              : sweep_lattice<R, 3, false>(lattice, rule, bank, row);
}

void sweep_string_row(const StringLattice& lattice, const BitRule& rule, const BitRandom& bank,
                      std::uint64_t* row) {
  if (rule.rule() == LocalRule::metropolis)
    sweep_by_rule<LocalRule::metropolis>(lattice, rule, bank, row);
  else
    sweep_by_rule<LocalRule::heat_bath>(lattice, rule, bank, row);
}

}  // namespace nmc::local_detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nmc {
namespace local_detail {
namespace {

HWY_EXPORT(sweep_string_row);
void sweep_any(const StringLattice& lattice, const BitRule& rule, const BitRandom& random,
               std::uint64_t* row) {
  HWY_DYNAMIC_DISPATCH(sweep_string_row)(lattice, rule, random, row);
}

}  // namespace
}  // namespace local_detail

void sweep_strings(const StringLattice& lattice, const BitRule& rule, const BitRandom& random,
                   std::uint64_t* row) {
  local_detail::sweep_any(lattice, rule, random, row);
}

}  // namespace nmc
#endif
