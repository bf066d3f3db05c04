#include <algorithm>
#include <bit>

#include "samplers/local/bit_kernels.hpp"
#include "samplers/local/string_rule.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "samplers/local/string_any_sweep.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
// after foreach_target
#include "core/spins/string_links-inl.h"
#include "samplers/local/bit_compare-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nmc::local_detail::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;
using spins_detail::HWY_NAMESPACE::LinkWords;

/// A pass over the sites of one string and one colour.
struct AnyStringTask {
  const StringLattice& lattice;
  const StringRule& rule;
  const BitRandom& random;
  const LinkWords* links;
  std::uint64_t* own;
  const std::uint64_t* sites;
  Index string;
};

/// The digits v₀ … v₃, s of the classes of StringRule.
template <class V>
struct ClassDigits {
  V digit[StringRule::kDigits];
};

template <LocalRule R, int kDirections, bool kOpen, class D, class V = hn::Vec<D>>
HWY_INLINE ClassDigits<V> digits_of(D d, const AnyStringTask& task, Index w, V s) {
  constexpr bool kFlips = R == LocalRule::metropolis;
  constexpr int Z = 2 * kDirections;
  const auto count = count_planes<Z>(d, Z, [&](int k) {
    const V with = kFlips ? s : hn::Zero(d);
    return k % 2 == 0 ? task.links[k].template differs<true>(d, w, with)
                      : task.links[k].template differs<false>(d, w, with);
  });
  const V zero = hn::Zero(d);
  if constexpr (!kOpen) return {{zero, count.p[0], count.p[1], count.p[2], kFlips ? s : zero}};
  const V one = hn::LoadU(d, task.lattice.missing(task.string, 0) + w);
  const V two = hn::LoadU(d, task.lattice.missing(task.string, 1) + w);
  const V carry = hn::And(count.p[0], two), more = hn::And(count.p[1], carry);
  return {{one, hn::Xor(count.p[0], two), hn::Xor(count.p[1], carry), hn::Xor(count.p[2], more),
           kFlips ? s : zero}};
}

/// Functions of the digits in algebraic normal form.
template <bool kOpen, bool kSpin, class D>
class DigitFunctions {
 public:
  using V = hn::Vec<D>;

  HWY_INLINE DigitFunctions(D d, const V* digit) : d_(d) {
    const V term[4]{hn::Not(hn::Zero(d)), digit[1], digit[2], hn::And(digit[1], digit[2])};
    hn::Store(hn::Zero(d), d, table_);
    for (std::size_t f = 1; f < 16; ++f) {
      const V rest = hn::Load(d, table_ + (f & (f - 1)) * StringRule::kStride);
      hn::Store(hn::Xor(rest, term[std::countr_zero(f)]), d, table_ + f * StringRule::kStride);
    }
    const V outer[3]{digit[0], digit[3], digit[4]};
    product_[0] = term[0];
    for (std::size_t o = 1; o < StringRule::kOuter; ++o)
      if (is_used(o))
        product_[o] = (o & (o - 1)) == 0
                          ? outer[std::countr_zero(o)]
                          : hn::And(product_[o & (o - 1)], outer[std::countr_zero(o)]);
  }

  HWY_INLINE V operator()(const std::ptrdiff_t* functions) const {
    V sum = hn::Load(d_, table_ + functions[0]);
#pragma GCC unroll 8
    for (std::size_t o = 1; o < StringRule::kOuter; ++o)
      if (is_used(o)) sum = hn::Xor(sum, hn::And(product_[o], hn::Load(d_, table_ + functions[o])));
    return sum;
  }

 private:
  static constexpr bool is_used(std::size_t outer) {
    return (kOpen || (outer & 1) == 0) && (kSpin || (outer & 4) == 0);
  }

  D d_;
  HWY_ALIGN std::uint64_t table_[16 * StringRule::kStride];
  V product_[StringRule::kOuter];
};

/// The lanes that the first bits left open, one by one.
HWY_NOINLINE inline void settle_digits(const AnyStringTask& task, const std::uint64_t* open,
                                       const std::uint64_t (*digits)[8], Index first_word,
                                       std::size_t words, std::uint64_t* less) {
  for (std::size_t w = 0; w < words; ++w)
    for (std::uint64_t left = open[w]; left != 0; left &= left - 1) {
      const int lane = std::countr_zero(left);
      int c = 0;
      for (int k = 0; k < StringRule::kDigits; ++k)
        c |= static_cast<int>(digits[k][w] >> lane & 1) << k;
      const Index at = first_word + static_cast<Index>(w);
      const auto number = static_cast<std::uint64_t>(task.string * task.lattice.pitch() + at) << 6 |
                          static_cast<std::uint64_t>(lane);
      const Index generator = at % StringGeometry::kGroup;
      if (further_bits(task.random.bank[2 * task.random.count + generator], number) <
          further_part(task.rule.threshold(c)))
        less[w] |= std::uint64_t{1} << lane;
    }
}

/// The spins of words w, w + 1, … that belong to the pass.
template <LocalRule R, int kDirections, bool kOpen, bool kField, class D>
HWY_INLINE void update_any_words(D d, const AnyStringTask& task, Index w,
                                 XoroshiroLanes<D>& random) {
  using V = hn::Vec<D>;
  constexpr std::size_t kWords = hn::MaxLanes(D());
  constexpr bool kSpin = kField && R == LocalRule::metropolis;
  const V s = hn::LoadU(d, task.own + w), sites = hn::LoadU(d, task.sites + w);
  const auto of = digits_of<R, kDirections, kOpen>(d, task, w, s);
  const DigitFunctions<kOpen, kSpin, D> function(d, of.digit);
  Comparison<V> comparison{hn::Zero(d), hn::Zero(d)};
#pragma GCC unroll 13
  for (int k = StringRule::kRounds - 1; k >= 0; --k)
    comparison.add(function(task.rule.functions(k)), random.next());
  const V certain = function(task.rule.functions(StringRule::kRounds));
  V less = hn::Or(comparison.less, certain);
  const V open = hn::AndNot(hn::Or(comparison.differs, certain), sites);
  if (HWY_UNLIKELY(!hn::AllTrue(d, hn::Eq(open, hn::Zero(d))))) {
    std::uint64_t opens[kWords], result[kWords], digits[StringRule::kDigits][8];
    hn::StoreU(open, d, opens);
    hn::StoreU(less, d, result);
    for (int k = 0; k < StringRule::kDigits; ++k) hn::StoreU(of.digit[k], d, digits[k]);
    settle_digits(task, opens, digits, w, kWords, result);
    less = hn::LoadU(d, result);
  }
  const V change = R == LocalRule::metropolis ? less : hn::Xor(less, s);
  hn::StoreU(hn::Xor(s, hn::And(change, sites)), d, task.own + w);
}

/// The sites of a colour, of every eight words those from `part` on that are one vector.
template <LocalRule R, int kDirections, bool kOpen, bool kField, class D>
HWY_NOINLINE void update_any_colour(D d, const StringLattice& lattice, const StringRule& rule,
                                    const BitRandom& bank, std::uint64_t* row, int colour,
                                    Index part) {
  XoroshiroLanes<D> random(d, bank.bank + part, bank.count);
  const auto lanes = static_cast<Index>(hn::Lanes(d));
  for (const StringLattice::Pass& pass : lattice.passes(colour)) {
    const auto link = [&](int k) { return LinkWords(lattice, row, pass.string, k); };
    const LinkWords links[6]{
        link(0), link(1), link(2), link(3), link(2 * kDirections - 2), link(2 * kDirections - 1)};
    const AnyStringTask task{lattice,
                             rule,
                             bank,
                             links,
                             row + pass.string * lattice.pitch(),
                             lattice.pass_sites(pass),
                             pass.string};
    for (const Index group : pass.groups) {
      const Index w = group * StringGeometry::kGroup + part;
      if (w >= lattice.words()) continue;
      // Which generators have drawn must not depend on how many words a vector has.
      const XoroshiroLanes<D> before = random;
      update_any_words<R, kDirections, kOpen, kField>(d, task, w, random);
      if (w + lanes > lattice.words())
        random.undo_from(d, static_cast<std::size_t>(lattice.words() - w), before);
    }
  }
  random.store(d, bank.bank + part, bank.count);
}

template <LocalRule R, int kDirections, bool kOpen, bool kField>
HWY_INLINE void sweep_any_lattice(const StringLattice& lattice, const StringRule& rule,
                                  const BitRandom& bank, std::uint64_t* row) {
  const hn::CappedTag<std::uint64_t, StringGeometry::kGroup> d;
  const Index parts = std::min(StringGeometry::kGroup, lattice.words());
  for (int colour = 0; colour < lattice.colours(); ++colour)
    for (Index part = 0; part < parts; part += static_cast<Index>(hn::Lanes(d)))
      update_any_colour<R, kDirections, kOpen, kField>(d, lattice, rule, bank, row, colour, part);
}

template <LocalRule R, bool kOpen, bool kField>
HWY_INLINE void sweep_any_directions(const StringLattice& lattice, const StringRule& rule,
                                     const BitRandom& bank, std::uint64_t* row) {
  lattice.directions() == 2 ? sweep_any_lattice<R, 2, kOpen, kField>(lattice, rule, bank, row)
                            : sweep_any_lattice<R, 3, kOpen, kField>(lattice, rule, bank, row);
}

void sweep_any_string_row(const StringLattice& lattice, const StringRule& rule,
                          const BitRandom& bank, std::uint64_t* row) {
  constexpr LocalRule kFlip = LocalRule::metropolis, kBath = LocalRule::heat_bath;
  const bool is_open = lattice.is_open();
  if (rule.rule() == kBath)
    is_open ? sweep_any_directions<kBath, true, false>(lattice, rule, bank, row)
            : sweep_any_directions<kBath, false, false>(lattice, rule, bank, row);
  else if (lattice.h() != 0)
    is_open ? sweep_any_directions<kFlip, true, true>(lattice, rule, bank, row)
            : sweep_any_directions<kFlip, false, true>(lattice, rule, bank, row);
  else
    is_open ? sweep_any_directions<kFlip, true, false>(lattice, rule, bank, row)
            : sweep_any_directions<kFlip, false, false>(lattice, rule, bank, row);
}

}  // namespace nmc::local_detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nmc {
namespace local_detail {
namespace {

HWY_EXPORT(sweep_any_string_row);
void sweep_any_strings(const StringLattice& lattice, const StringRule& rule,
                       const BitRandom& random, std::uint64_t* row) {
  HWY_DYNAMIC_DISPATCH(sweep_any_string_row)(lattice, rule, random, row);
}

}  // namespace
}  // namespace local_detail

void sweep_strings(const StringLattice& lattice, const StringRule& rule, const BitRandom& random,
                   std::uint64_t* row) {
  local_detail::sweep_any_strings(lattice, rule, random, row);
}

}  // namespace nmc
#endif
