#include "core/spins/alignment_counts.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <memory>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/spins/alignment_counts.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
// after foreach_target
#include "core/spins/lane_bits-inl.h"
#include "core/spins/strip_counts.hpp"

HWY_BEFORE_NAMESPACE();
namespace nmc::spins_detail::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

constexpr Index kTile = 128;  // sites whose digits stay in the first-level cache

/// Binary digits of the number of satisfied bonds of one site.
template <int kDigits, class D>
HWY_INLINE void add_bonds(D d, const std::uint64_t* words, Index groups, const AlignedSites& s,
                          Index site, std::uint64_t* digits) {
  using V = hn::Vec<D>;
  V digit[kDigits];
  for (V& plane : digit) plane = hn::Zero(d);
  const V own = hn::Not(hn::LoadU(d, words + s.sites[site] * groups));
  const auto bond = [&](Index b) {
    const V other = hn::LoadU(d, words + s.neighbours[b] * groups);
    return hn::Xor3(own, other, hn::Set(d, s.signs[b]));
  };
  const Index first = site * s.degree, last = first + s.degree;
  for (Index b = first; b < last; b += 2) {
    const auto sum = full_add(digit[0], bond(b), b + 1 < last ? bond(b + 1) : hn::Zero(d));
    digit[0] = sum.low;
    V carry = sum.high;
    for (int k = 1; k < kDigits; ++k) {
      const V next = hn::And(digit[k], carry);
      digit[k] = hn::Xor(digit[k], carry);
      carry = next;
    }
  }
  for (int k = 0; k < kDigits; ++k) hn::Store(digit[k], d, digits + k * hn::MaxLanes(d));
}

/// counts[satisfied][64 groups] += the sites of each; for all but the largest number where it is
/// not asked for the sites that are up.
template <int kDigits, bool kUp, class D>
HWY_INLINE void count_group(D d, const std::uint64_t* words, Index groups, const AlignedSites& s,
                            std::uint32_t* counts) {
  constexpr std::size_t kLanes = hn::MaxLanes(D());
  HWY_ALIGN std::uint64_t digits[kTile][kDigits * kLanes];
  for (Index first = 0; first < s.count; first += kTile) {
    const Index count = std::min(kTile, s.count - first);
    for (Index i = 0; i < count; ++i) add_bonds<kDigits>(d, words, groups, s, first + i, digits[i]);
    for (Index u = 0; u < s.degree + (kUp ? 1 : 0); ++u) {
      hn::Vec<D> flip[kDigits];  // a digit that is 0 in u counts where it is not set
      for (int k = 0; k < kDigits; ++k)
        flip[k] = hn::Set(d, (u >> k & 1) != 0 ? 0 : ~std::uint64_t{0});
      count_bits(
          d, count,
          [&](Index i) {
            auto is_u = hn::Xor(hn::Load(d, digits[i]), flip[0]);
            for (int k = 1; k < kDigits; ++k)
              is_u = hn::And(is_u, hn::Xor(hn::Load(d, digits[i] + k * kLanes), flip[k]));
            if constexpr (kUp)
              is_u = hn::And(is_u, hn::LoadU(d, words + s.sites[first + i] * groups));
            return is_u;
          },
          counts + u * groups * 64);
    }
  }
}

template <bool kUp>
HWY_INLINE void count_groups(const std::uint64_t* words, Index groups, const AlignedSites& s,
                             std::uint32_t* counts) {
  over_groups(groups, [&](auto d, Index g) {
    if (s.degree < 4)
      count_group<2, kUp>(d, words + g, groups, s, counts + g * 64);
    else if (s.degree < 8)
      count_group<3, kUp>(d, words + g, groups, s, counts + g * 64);
    else
      count_group<4, kUp>(d, words + g, groups, s, counts + g * 64);
  });
}

HWY_NOINLINE void count_aligned(const std::uint64_t* words, Index groups, const AlignedSites& s,
                                std::uint32_t* counts) {
  if (s.up)
    count_groups<true>(words, groups, s, counts);
  else
    count_groups<false>(words, groups, s, counts);
}

/// One line of strips between the lines above and below it: planes[u − 1] has a bit where u of
/// 1 … 4 neighbours are equal. The neighbours of a line's ends are those of the next bits.
HWY_INLINE void align_line(const std::uint64_t* line, const std::uint64_t* above,
                           const std::uint64_t* below, Index extent, std::uint64_t* const* planes) {
  constexpr Index kWords = StripGeometry::kWords;
  const hn::CappedTag<std::uint64_t, kWords> d;
  const Index last = (extent - 1) * kWords;
  for (Index i = 0; i < extent * kWords; i += static_cast<Index>(hn::Lanes(d))) {
    const auto own = hn::Not(hn::LoadU(d, line + i));
    const auto left = i >= kWords ? hn::LoadU(d, line + i - kWords)
                                  : hn::RotateRight<63>(hn::LoadU(d, line + last + i));
    const auto right = i < last ? hn::LoadU(d, line + i + kWords)
                                : hn::RotateRight<1>(hn::LoadU(d, line + i - last));
    const auto three =
        full_add(hn::Xor(own, left), hn::Xor(own, right), hn::Xor(own, hn::LoadU(d, above + i)));
    const auto fourth = hn::Xor(own, hn::LoadU(d, below + i));
    const auto carry = hn::And(three.low, fourth);
    const auto ones = hn::Xor(three.low, fourth), twos = hn::Xor(three.high, carry);
    hn::StoreU(hn::AndNot(twos, ones), d, planes[0] + i);
    hn::StoreU(hn::AndNot(ones, twos), d, planes[1] + i);
    hn::StoreU(hn::And(ones, twos), d, planes[2] + i);
    hn::StoreU(hn::And(three.high, carry), d, planes[3] + i);
  }
}

/// Sites of a row with 1, 2, 3 and 4 equal neighbours.
HWY_NOINLINE void align_row(const std::uint64_t* row, const StripLines& lines, Index* counts) {
  constexpr Index kWords = StripGeometry::kWords;
  const hn::CappedTag<std::uint64_t, kWords> d;
  const Index line = lines.extent * kWords, room = lines.at_once * line;
  std::fill_n(counts, 4, Index{0});
  for (Index first = 0; first < lines.count; first += lines.at_once) {
    const Index end = std::min(first + lines.at_once, lines.count);
    for (Index y = first; y < end; ++y) {
      const std::uint64_t* own = row + y * line;
      std::uint64_t* planes[4];
      for (Index u = 0; u < 4; ++u) planes[u] = lines.scratch + u * room + (y - first) * line;
      align_line(own, y == 0 ? lines.above : own - line,
                 y + 1 == lines.count ? lines.below : own + line, lines.extent, planes);
    }
    const auto step = static_cast<Index>(hn::Lanes(d));
    for (Index u = 0; u < 4; ++u)
      counts[u] += count_all_bits(d, (end - first) * line / step, [&](Index i) {
        return hn::LoadU(d, lines.scratch + u * room + i * step);
      });
  }
}

}  // namespace nmc::spins_detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nmc {
namespace spins_detail {

HWY_EXPORT(count_aligned);
HWY_EXPORT(align_row);

namespace {

constexpr Index kWords = StripGeometry::kWords;

/// The line beyond the first or last one of a block, which belongs to the block above or below: its
/// words turned by one place.
std::vector<std::uint64_t> turned_line(const std::uint64_t* line, Index extent, Index turn) {
  std::vector<std::uint64_t> turned(static_cast<std::size_t>(extent * kWords));
  for (Index i = 0; i < extent * kWords; ++i)
    turned[static_cast<std::size_t>(i)] = line[i - i % kWords + (i + turn) % kWords];
  return turned;
}

void count_sites(const Spins& spins, const AlignedSites& sites, std::uint32_t* counts) {
  HWY_DYNAMIC_DISPATCH(count_aligned)(spins.words(), spins.groups(), sites, counts);
}

/// Sites of a row of strips with 1, 2, 3 and 4 equal neighbours.
std::array<Index, 4> count_row(const Spins& spins, Index row) {
  const StripGeometry& g = spins.geometry().strips;
  const std::uint64_t* first = spins.words() + row * g.vectors() * kWords;
  const std::uint64_t* last = first + (g.block_y - 1) * g.block_x * kWords;
  const auto above = turned_line(last, g.block_x, kWords - 1);
  const auto below = turned_line(first, g.block_x, 1);
  constexpr Index kVectors = 32;  // 8 KiB of scratch
  const Index at_once = std::clamp<Index>(kVectors / g.block_x, 1, g.block_y);
  const std::unique_ptr<std::uint64_t[]> scratch(  // not cleared
      new std::uint64_t[static_cast<std::size_t>(4 * at_once * g.block_x * kWords)]);
  std::array<Index, 4> aligned{};
  HWY_DYNAMIC_DISPATCH(align_row)
  (first, {g.block_x, g.block_y, at_once, above.data(), below.data(), scratch.get()},
   aligned.data());
  return aligned;
}

}  // namespace
}  // namespace spins_detail

bool AlignmentCounts::fits(const Graph& graph) {
  if (graph.bonds.empty() || !graph.plaquettes.empty()) return false;
  if (std::ranges::any_of(graph.field, [](double h) { return h != 0; })) return false;
  if (graph.bonds.common_magnitude() == 0) return false;
  if (const LatticeBonds* lattice = graph.bonds.lattice())
    return 2 * std::ssize(lattice->extents) <= kMaxDegree;
  std::vector<Index> degree(static_cast<std::size_t>(graph.sites), 0);
  for (const Bond& bond : graph.bonds) {
    ++degree[static_cast<std::size_t>(bond.i)];
    ++degree[static_cast<std::size_t>(bond.j)];
  }
  return *std::ranges::max_element(degree) <= kMaxDegree;
}

AlignmentCounts::AlignmentCounts(const Graph& graph) {
  assert(fits(graph));
  std::vector<std::vector<Bond>> bonds(static_cast<std::size_t>(graph.sites));
  for (const Bond& bond : graph.bonds) {
    bonds[static_cast<std::size_t>(bond.i)].push_back(bond);
    bonds[static_cast<std::size_t>(bond.j)].push_back({bond.j, bond.i, bond.J});
  }
  for (Index degree = 0; degree <= kMaxDegree; ++degree) {
    Sites sites;
    sites.degree = degree;
    for (Index i = 0; i < graph.sites; ++i) {
      const auto& own = bonds[static_cast<std::size_t>(i)];
      if (std::ssize(own) != degree) continue;
      sites.sites.push_back(static_cast<std::int32_t>(i));
      for (const Bond& bond : own) {
        sites.neighbours.push_back(static_cast<std::int32_t>(bond.j));
        sites.signs.push_back(bond.J < 0 ? ~std::uint64_t{0} : 0);
      }
    }
    if (sites.sites.empty()) continue;
    for (Index u = 0; u <= degree; ++u) classes_.push_back({degree, u});
    by_degree_.push_back(std::move(sites));
  }
}

Batch AlignmentCounts::count(const Spins& spins, bool up) const {
  assert(spins.layout() == SpinLayout::lanes);
  Batch counts(spins.rows(), std::ssize(classes_));
  const Index lanes = spins.groups() * Spins::kWordBits;
  Index column = 0;
  for (const Sites& s : by_degree_) {
    const Index counted = s.degree + (up ? 1 : 0), count = std::ssize(s.sites);
    std::vector<std::uint32_t> bits(static_cast<std::size_t>(counted * lanes), 0);
    spins_detail::count_sites(
        spins, {count, s.degree, s.sites.data(), s.neighbours.data(), s.signs.data(), up},
        bits.data());
    Column rest = Column::Constant(spins.rows(), static_cast<double>(count));
    for (Index u = 0; u < counted; ++u) {
      const std::uint32_t* of_class = bits.data() + u * lanes + spins.first_bit();
      for (Index row = 0; row < spins.rows(); ++row) counts(row, column) = of_class[row];
      rest -= counts.col(column++);
    }
    if (!up) counts.col(column++) = rest;
  }
  return counts;
}

Batch count_aligned_strips(const Spins& spins) {
  assert(spins.layout() == SpinLayout::strips);
  Batch counts(spins.rows(), 5);
  for (Index row = 0; row < spins.rows(); ++row) {
    const std::array<Index, 4> aligned = spins_detail::count_row(spins, row);
    Index rest = spins.sites();
    for (std::size_t u = 0; u < 4; ++u) {
      counts(row, static_cast<Index>(u) + 1) = static_cast<double>(aligned[u]);
      rest -= aligned[u];
    }
    counts(row, 0) = static_cast<double>(rest);
  }
  return counts;
}

}  // namespace nmc
#endif
