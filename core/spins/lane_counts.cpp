#include "core/spins/lane_counts.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/spins/lane_counts.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
// after foreach_target
#include "core/spins/lane_bits-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nmc::spins_detail::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

HWY_NOINLINE void count_lanes_up(const std::uint64_t* words, Index groups, Index sites,
                                 std::uint32_t* counts) {
  over_groups(groups, [&](auto d, Index g) {
    count_bits(
        d, sites, [&](Index i) { return hn::LoadU(d, words + i * groups + g); }, counts + g * 64);
  });
}

HWY_NOINLINE void count_lanes_different(const std::uint64_t* a, const std::uint64_t* b,
                                        LaneShape shape, std::uint32_t* counts) {
  over_groups(shape.groups, [&](auto d, Index g) {
    count_bits(
        d, shape.sites,
        [&](Index i) {
          const Index at = i * shape.groups + g;
          return hn::Xor(hn::LoadU(d, a + at), hn::LoadU(d, b + at));
        },
        counts + g * 64);
  });
}

HWY_NOINLINE void count_lanes_unsatisfied(const std::uint64_t* words, Index groups,
                                          const BondList& bonds, std::uint32_t* counts) {
  over_groups(groups, [&](auto d, Index g) {
    count_bits(
        d, bonds.count,
        [&](Index b) {
          const auto i = hn::LoadU(d, words + bonds.bonds[b].i * groups + g);
          const auto j = hn::LoadU(d, words + bonds.bonds[b].j * groups + g);
          return hn::Xor3(i, j, hn::Set(d, bonds.signs[b]));
        },
        counts + g * 64);
  });
}

/// The sums of 64 rows of one group, over the terms whose product is down, term by term: the same
/// additions for every row.
HWY_NOINLINE void sum_down(const std::uint64_t* words, Index groups, const SpinTerms& terms,
                           double* sums) {
  const hn::CappedTag<double, 8> d;
  constexpr int kStep = static_cast<int>(hn::MaxLanes(d)), kSlots = 64 / kStep;
  hn::Vec<decltype(d)> sum[kSlots];
  for (auto& slot : sum) slot = hn::Zero(d);
  for (std::size_t t = 0; t < terms.coefficient.size(); ++t) {
    std::uint64_t is_down = 0;  // the product is down where an odd number of its spins is
    for (std::size_t k = terms.first[t]; k < terms.first[t + 1]; ++k)
      is_down ^= ~words[terms.sites[k] * groups];
    const auto c = hn::Set(d, terms.coefficient[t]);
#pragma GCC unroll 64
    for (int slot = 0; slot < kSlots; ++slot)
      sum[slot] = hn::Add(sum[slot], hn::IfThenElseZero(mask_of_bits(d, is_down, slot * kStep), c));
  }
  for (int slot = 0; slot < kSlots; ++slot) hn::StoreU(sum[slot], d, sums + slot * kStep);
}

/// sums = Σ_terms c Π s of all rows: all up, less twice what is down.
void sum_terms(const std::uint64_t* words, Index groups, const SpinTerms& terms, double* sums) {
  double all = 0;
  for (const double c : terms.coefficient) all += c;
  for (Index g = 0; g < groups; ++g) {
    sum_down(words + g, groups, terms, sums + g * 64);
    for (Index row = 0; row < 64; ++row) sums[g * 64 + row] = all - 2 * sums[g * 64 + row];
  }
}

}  // namespace nmc::spins_detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nmc::spins_detail {

HWY_EXPORT(count_lanes_up);
HWY_EXPORT(count_lanes_different);
HWY_EXPORT(count_lanes_unsatisfied);
HWY_EXPORT(sum_terms);

namespace {

using Counts = std::vector<std::uint32_t>;

Counts lane_counters(const Spins& spins) {
  return Counts(static_cast<std::size_t>(spins.groups() * Spins::kWordBits), 0);
}

Column of_rows(const Counts& counts, const Spins& spins) {
  Column rows(spins.rows());
  const auto first = static_cast<std::size_t>(spins.first_bit());
  for (Index r = 0; r < spins.rows(); ++r) rows(r) = counts[first + static_cast<std::size_t>(r)];
  return rows;
}

}  // namespace

Column lanes_up(const Spins& spins) {
  Counts counts = lane_counters(spins);
  HWY_DYNAMIC_DISPATCH(count_lanes_up)
  (spins.words(), spins.groups(), spins.sites(), counts.data());
  return of_rows(counts, spins);
}

Column lanes_different(const Spins& a, const Spins& b) {
  Counts counts = lane_counters(a);
  HWY_DYNAMIC_DISPATCH(count_lanes_different)
  (a.words(), b.words(), {a.groups(), a.sites()}, counts.data());
  return of_rows(counts, a);
}

Column lanes_unsatisfied(const Spins& spins, const BondList& bonds) {
  Counts counts = lane_counters(spins);
  HWY_DYNAMIC_DISPATCH(count_lanes_unsatisfied)
  (spins.words(), spins.groups(), bonds, counts.data());
  return of_rows(counts, spins);
}

Column lanes_sum(const Spins& spins, const SpinTerms& terms) {
  Column sums = Column::Zero(spins.groups() * Spins::kWordBits);
  HWY_DYNAMIC_DISPATCH(sum_terms)(spins.words(), spins.groups(), terms, sums.data());
  return sums.segment(spins.first_bit(), spins.rows());
}

}  // namespace nmc::spins_detail
#endif
