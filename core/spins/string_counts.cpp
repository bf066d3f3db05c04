#include "core/spins/string_counts.hpp"

#include <algorithm>
#include <bit>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/spins/string_counts.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
// after foreach_target
#include "core/spins/lane_bits-inl.h"
#include "core/spins/string_links-inl.h"
#include "core/spins/strip_counts.hpp"

HWY_BEFORE_NAMESPACE();
namespace nmc::spins_detail::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Group = hn::CappedTag<std::uint64_t, StringGeometry::kGroup>;
constexpr Index kLanes = static_cast<Index>(hn::MaxLanes(Group()));

/// Bonds of a link of a string that are not satisfied.
template <bool kNear>
HWY_INLINE Index link_unsatisfied(const StringLattice& lattice, const std::uint64_t* row,
                                  Index string, int k) {
  const Group d;
  const LinkWords link(lattice, row, string, k);
  const std::uint64_t *own = row + string * lattice.pitch(), *live = lattice.live(string);
  return count_all_bits(d, (lattice.words() + kLanes - 1) / kLanes, [&](Index i) {
    const auto differs =
        link.template differs<kNear>(d, i * kLanes, hn::LoadU(d, own + i * kLanes));
    return hn::And(hn::LoadU(d, live + i * kLanes), differs);
  });
}

/// With two colours every bond has one end in a string of even parity; with more both ends are
/// counted.
HWY_NOINLINE Index count_unsatisfied(const std::uint64_t* row, const StringLattice& lattice) {
  Index count = 0;
  const bool has_two = lattice.colours() == 2;
  for (Index string = 0; string < lattice.strings(); ++string) {
    if (has_two && std::popcount(static_cast<std::uint64_t>(string)) % 2 != 0) continue;
    for (int k = 0; k < lattice.degree(); k += 2)
      count += link_unsatisfied<true>(lattice, row, string, k) +
               link_unsatisfied<false>(lattice, row, string, k + 1);
  }
  return has_two ? count : count / 2;
}

/// Vectors whose bits are counted together, per number of bonds.
struct AlignedTile {
  static constexpr Index kVectors = 32;
  static constexpr int kMostDegree = 2 * StringGeometry::kMostDirections;
  HWY_ALIGN std::uint64_t words[kMostDegree][kVectors * kLanes];
  Index used = 0;

  /// counts[n] += the sites with n = 1 … degree bonds that are not satisfied.
  HWY_INLINE void flush(int degree, Index* counts) {
    const Group d;
    for (int n = 1; n <= degree; ++n)
      counts[n] +=
          count_all_bits(d, used, [&](Index i) { return hn::Load(d, words[n - 1] + i * kLanes); });
    used = 0;
  }
};

/// Sites of words w, w + 1, … that lack `missing` neighbours.
HWY_INLINE hn::Vec<Group> sites_that_lack(const StringLattice& lattice, Index string, int missing,
                                          Index w) {
  const Group d;
  auto sites = hn::LoadU(d, lattice.live(string) + w);
  for (int digit = 0; lattice.is_open() && digit < 2; ++digit) {
    const auto has = hn::LoadU(d, lattice.missing(string, digit) + w);
    sites = (missing >> digit & 1) != 0 ? hn::And(sites, has) : hn::AndNot(has, sites);
  }
  return sites;
}

/// Bonds that are not satisfied of the sites `counted`, as masks of n = 1 … 2 kDirections of them.
template <int kDirections, class V>
HWY_INLINE void align_words(const LinkWords* links, const std::uint64_t* own, V counted, Index w,
                            AlignedTile& tile) {
  const Group d;
  const V s = hn::LoadU(d, own + w);
  V plane[3]{hn::Zero(d), hn::Zero(d), hn::Zero(d)};
  for (int k = 0; k < kDirections; ++k) {
    const auto sum = full_add(plane[0], links[2 * k].template differs<true>(d, w, s),
                              links[2 * k + 1].template differs<false>(d, w, s));
    plane[0] = sum.low;
    const V carry = hn::And(plane[1], sum.high);
    plane[1] = hn::Xor(plane[1], sum.high);
    plane[2] = hn::Or(plane[2], carry);
  }
  for (int n = 1; n <= 2 * kDirections; ++n) {
    V is_n = counted;
    for (int b = 0; b < 3; ++b)
      is_n = (n >> b & 1) != 0 ? hn::And(is_n, plane[b]) : hn::AndNot(plane[b], is_n);
    hn::Store(is_n, d, tile.words[n - 1] + tile.used * kLanes);
  }
  ++tile.used;
}

/// counts[n] of the sites that lack `missing` neighbours; counts[0] are all of them.
template <int kDirections>
HWY_INLINE void align_strings(const std::uint64_t* row, const StringLattice& lattice,
                              const AlignedStrings& which, Index* counts) {
  const Group d;
  AlignedTile tile;
  for (Index string = 0; string < lattice.strings(); ++string) {
    const auto link = [&](int k) { return LinkWords(lattice, row, string, k); };
    const LinkWords links[6]{
        link(0), link(1), link(2), link(3), link(2 * kDirections - 2), link(2 * kDirections - 1)};
    const std::uint64_t* own = row + string * lattice.pitch();
    for (Index w = 0; w < lattice.words(); w += kLanes) {
      auto counted = sites_that_lack(lattice, string, which.missing, w);
      if (which.of_up) counted = hn::And(counted, hn::LoadU(d, own + w));
      counts[0] += static_cast<Index>(hn::GetLane(hn::SumOfLanes(d, hn::PopulationCount(counted))));
      align_words<kDirections>(links, own, counted, w, tile);
      if (tile.used == AlignedTile::kVectors) tile.flush(2 * kDirections, counts);
    }
  }
  tile.flush(2 * kDirections, counts);
}

HWY_NOINLINE void count_aligned_row(const std::uint64_t* row, const StringLattice& lattice,
                                    const AlignedStrings& which, Index* counts) {
  lattice.directions() == 2 ? align_strings<2>(row, lattice, which, counts)
                            : align_strings<3>(row, lattice, which, counts);
}

}  // namespace nmc::spins_detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nmc {
namespace spins_detail {

HWY_EXPORT(count_unsatisfied);
HWY_EXPORT(count_aligned_row);

Index string_unsatisfied(const std::uint64_t* row, const StringLattice& lattice) {
  return HWY_DYNAMIC_DISPATCH(count_unsatisfied)(row, lattice);
}

namespace {

/// counts[n] of sites with n bonds that are not satisfied.
std::array<Index, 2 * StringGeometry::kMostDirections + 1> aligned_row(
    const std::uint64_t* row, const StringLattice& lattice, const AlignedStrings& which) {
  std::array<Index, 2 * StringGeometry::kMostDirections + 1> counts{};
  HWY_DYNAMIC_DISPATCH(count_aligned_row)(row, lattice, which, counts.data());
  for (std::size_t n = 1; n < counts.size(); ++n) counts[0] -= counts[n];
  return counts;
}

int most_missing(const StringLattice& lattice) {
  return lattice.is_open() ? lattice.directions() : 0;
}

}  // namespace
}  // namespace spins_detail

std::vector<AlignmentCounts::Class> string_classes(const StringLattice& lattice) {
  std::vector<AlignmentCounts::Class> classes;
  for (int missing = 0; missing <= spins_detail::most_missing(lattice); ++missing) {
    const Index bonds = lattice.degree() - missing;
    for (Index u = 0; u <= bonds; ++u) classes.push_back({bonds, u});
  }
  return classes;
}

Batch count_aligned_strings(const Spins& spins, const StringLattice& lattice, bool of_up) {
  Batch counts(spins.rows(), std::ssize(string_classes(lattice)));
  const Index words = spins.words_per_row();
  for (Index row = 0; row < spins.rows(); ++row) {
    Index column = 0;
    for (int missing = 0; missing <= spins_detail::most_missing(lattice); ++missing) {
      const auto aligned =
          spins_detail::aligned_row(spins.words() + row * words, lattice, {missing, of_up});
      for (int n = lattice.degree() - missing; n >= 0; --n)
        counts(row, column++) = static_cast<double>(aligned[static_cast<std::size_t>(n)]);
    }
  }
  return counts;
}

}  // namespace nmc
#endif
