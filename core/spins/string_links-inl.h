// The neighbours of a string of spins as vectors of words. Included once per SIMD target.
#include <cstdint>

#include "core/spins/string_lattice.hpp"
#include "hwy/highway.h"

#if defined(NMC_CORE_SPINS_STRING_LINKS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef NMC_CORE_SPINS_STRING_LINKS_INL_H
#undef NMC_CORE_SPINS_STRING_LINKS_INL_H
#else
#define NMC_CORE_SPINS_STRING_LINKS_INL_H
#endif

HWY_BEFORE_NAMESPACE();
namespace nmc::spins_detail::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// A string shifted by any number of bits: word w has bits 64 w + shift … + 63.
struct ShiftedWords {
  const std::uint64_t* words;
  int right;

  HWY_INLINE ShiftedWords(const std::uint64_t* string, Index shift)
      : words(string + (shift >> 6)), right(static_cast<int>(shift & 63)) {}

  template <class D>
  HWY_INLINE hn::Vec<D> operator()(D d, Index w) const {
    const auto low = hn::ShiftRightSame(hn::LoadU(d, words + w), right);
    // In two steps, because a shift by 64 is none.
    const auto next = hn::Add(hn::LoadU(d, words + w + 1), hn::LoadU(d, words + w + 1));
    return hn::Or(low, hn::ShiftLeftSame(next, 63 - right));
  }
};

/// One link of a string of a row.
struct LinkWords {
  ShiftedWords main, wrapped;
  const std::uint64_t *ends, *signs;  ///< null where there are none
  Index first, last;
  bool is_open;

  HWY_INLINE LinkWords(const StringLattice& lattice, const std::uint64_t* row, Index string, int k)
      : LinkWords(lattice, row, lattice.link(string, k), lattice.signs(string, k)) {}

  /// The neighbours of words w, w + 1, … of a string of a plain lattice, turned over where the
  /// coupling is −J. Links 2 d are not shifted and pass no end.
  template <bool kNear, bool kSigned, class D>
  HWY_INLINE hn::Vec<D> get(D d, Index w) const {
    hn::Vec<D> other;
    if constexpr (kNear) {
      other = hn::LoadU(d, main.words + w);
    } else {
      other = main(d, w);
      if (passes_end(d, w)) other = around(d, w, other);
    }
    if constexpr (kSigned) other = hn::Xor(other, hn::LoadU(d, signs + w));
    return other;
  }

  /// Where the bonds of words w, w + 1, … of a string of any lattice are such that neighbour, sign
  /// and `with` differ; not where there is no bond.
  template <bool kNear, class D, class V = hn::Vec<D>>
  HWY_INLINE V differs(D d, Index w, V with) const {
    V other = kNear ? hn::LoadU(d, main.words + w) : main(d, w);
    const bool at_end = ends != nullptr && passes_end(d, w);
    if (at_end && !is_open) other = around(d, w, other);
    if (signs != nullptr) other = hn::Xor(other, hn::LoadU(d, signs + w));
    other = hn::Xor(other, with);
    return at_end && is_open ? hn::AndNot(hn::LoadU(d, ends + w), other) : other;
  }

 private:
  template <class D>
  HWY_INLINE bool passes_end(D d, Index w) const {
    return w < last && w + static_cast<Index>(hn::Lanes(d)) > first;
  }
  template <class D, class V = hn::Vec<D>>
  HWY_INLINE V around(D d, Index w, V other) const {
    return hn::Xor(other, hn::And(hn::LoadU(d, ends + w), hn::Xor(other, wrapped(d, w))));
  }
  HWY_INLINE LinkWords(const StringLattice& lattice, const std::uint64_t* row,
                       const StringLink& link, const std::uint64_t* minus)
      : main(row + link.other * lattice.pitch(), link.shift),
        wrapped(row + link.wrapped_other * lattice.pitch(), link.wrapped),
        ends(link.end < 0 ? nullptr : lattice.end_sites(link.end)),
        signs(minus),
        first(link.first),
        last(link.last),
        is_open(link.is_open) {}
};

}  // namespace nmc::spins_detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
