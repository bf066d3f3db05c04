#include "core/spins/row_counts.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/spins/row_counts.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
// after foreach_target
#include "core/spins/byte_counts.hpp"
#include "core/spins/lane_bits-inl.h"
#include "core/spins/strip_counts.hpp"

HWY_BEFORE_NAMESPACE();
namespace nmc::spins_detail::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

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
namespace nmc {
namespace spins_detail {

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

Index words_per_row(const Spins& spins) {
  return spins.geometry().vectors() * StripGeometry::kWords;
}

}  // namespace
}  // namespace spins_detail

using spins_detail::count_positive;
using spins_detail::count_torus_unequal;
using spins_detail::count_unequal;
using spins_detail::Counts;
using spins_detail::lane_counters;
using spins_detail::of_rows;
using spins_detail::strip_different;
using spins_detail::strip_unequal;
using spins_detail::strip_up;
using spins_detail::words_per_row;

Column count_up(const Spins& spins) {
  if (spins.layout() == SpinLayout::lanes) {
    Counts counts = lane_counters(spins);
    HWY_DYNAMIC_DISPATCH(spins_detail::count_lanes_up)
    (spins.words(), spins.groups(), spins.sites(), counts.data());
    return of_rows(counts, spins);
  }
  Column up(spins.rows());
  for (Index r = 0; r < spins.rows(); ++r) {
    if (spins.layout() == SpinLayout::strips) {
      up(r) =
          static_cast<double>(strip_up(spins.words() + r * words_per_row(spins), spins.geometry()));
    } else {
      up(r) = static_cast<double>(count_positive(spins.row(r), spins.sites()));
    }
  }
  return up;
}

Column count_different(const Spins& a, const Spins& b) {
  assert(a.layout() == b.layout() && a.rows() == b.rows() && a.sites() == b.sites());
  if (a.layout() == SpinLayout::lanes) {
    Counts counts = lane_counters(a);
    HWY_DYNAMIC_DISPATCH(spins_detail::count_lanes_different)
    (a.words(), b.words(), {a.groups(), a.sites()}, counts.data());
    return of_rows(counts, a);
  }
  Column different(a.rows());
  const Index words = a.layout() == SpinLayout::strips ? words_per_row(a) : 0;
  for (Index r = 0; r < a.rows(); ++r) {
    if (a.layout() == SpinLayout::strips) {
      different(r) = static_cast<double>(
          strip_different(a.words() + r * words, b.words() + r * words, a.geometry()));
    } else {
      different(r) = static_cast<double>(count_unequal(a.row(r), b.row(r), a.sites()));
    }
  }
  return different;
}

Column magnetisation(const Spins& spins) {
  const auto n = static_cast<double>(spins.sites());
  return (2 * count_up(spins) - n) / n;
}

SpinEnergy::SpinEnergy(const Graph& graph) {
  const auto add = [&](std::initializer_list<Index> sites, double coefficient) {
    terms_.sites.insert(terms_.sites.end(), sites);
    terms_.first.push_back(terms_.sites.size());
    terms_.coefficient.push_back(coefficient);
  };
  terms_.first.push_back(0);
  for (const Bond& bond : graph.bonds) add({bond.i, bond.j}, -bond.J);
  for (const Plaquette& p : graph.plaquettes)
    add({p.sites[0], p.sites[1], p.sites[2], p.sites[3]}, -p.K);
  for (std::size_t i = 0; i < graph.field.size(); ++i)
    if (graph.field[i] != 0) add({static_cast<Index>(i)}, -graph.field[i]);
  bonds_ = graph.bonds;
  const bool has_bonds_alone = terms_.coefficient.size() == bonds_.size() && !bonds_.empty();
  if (!has_bonds_alone) return;
  const double J = std::abs(bonds_.front().J);
  if (!std::ranges::all_of(bonds_, [J](const Bond& bond) { return std::abs(bond.J) == J; })) return;
  J_ = J;
  for (const Bond& bond : bonds_) signs_.push_back(bond.J < 0 ? ~std::uint64_t{0} : 0);
  terms_ = {};
  if (std::ranges::all_of(bonds_, [](const Bond& bond) { return bond.J > 0; }))
    torus_ = graph.torus;
}

Column SpinEnergy::operator()(const Spins& spins) const {
  switch (spins.layout()) {
    case SpinLayout::lanes:
      return J_ > 0 ? counted_lanes(spins) : summed_lanes(spins);
    case SpinLayout::strips:
      return strips(spins);
    case SpinLayout::bytes:
      return J_ > 0 ? counted_bytes(spins) : summed_bytes(spins);
  }
  return {};
}

Column SpinEnergy::counted_lanes(const Spins& spins) const {
  Counts counts = lane_counters(spins);
  HWY_DYNAMIC_DISPATCH(spins_detail::count_lanes_unsatisfied)
  (spins.words(), spins.groups(), {bonds_.data(), signs_.data(), std::ssize(bonds_)},
   counts.data());
  return J_ * (2 * of_rows(counts, spins) - static_cast<double>(bonds_.size()));
}

Column SpinEnergy::summed_lanes(const Spins& spins) const {
  Column sums = Column::Zero(spins.groups() * Spins::kWordBits);
  HWY_DYNAMIC_DISPATCH(spins_detail::sum_terms)(spins.words(), spins.groups(), terms_, sums.data());
  return sums.segment(spins.first_bit(), spins.rows());
}

Column SpinEnergy::strips(const Spins& spins) const {
  Column energy(spins.rows());
  for (Index r = 0; r < spins.rows(); ++r) {
    const Index unequal = strip_unequal(spins.words() + r * words_per_row(spins), spins.geometry());
    energy(r) = static_cast<double>(2 * unequal - 2 * spins.sites());
  }
  return energy;
}

Column SpinEnergy::counted_bytes(const Spins& spins) const {
  Column energy(spins.rows());
  for (Index r = 0; r < spins.rows(); ++r) {
    const std::int8_t* s = spins.row(r);
    Index unsatisfied = 0;
    if (!torus_.empty()) {
      unsatisfied = count_torus_unequal(s, torus_);
    } else {
      for (std::size_t b = 0; b < bonds_.size(); ++b)
        unsatisfied += static_cast<Index>((s[bonds_[b].i] != s[bonds_[b].j]) != (signs_[b] != 0));
    }
    energy(r) = J_ * static_cast<double>(2 * unsatisfied - std::ssize(bonds_));
  }
  return energy;
}

Column SpinEnergy::summed_bytes(const Spins& spins) const {
  Column energy(spins.rows());
  for (Index r = 0; r < spins.rows(); ++r) {
    const std::int8_t* s = spins.row(r);
    double sum = 0;
    if (J_ > 0)
      for (const Bond& bond : bonds_) sum -= bond.J * (s[bond.i] * s[bond.j]);
    for (std::size_t t = 0; t < terms_.coefficient.size(); ++t) {
      int product = 1;
      for (std::size_t k = terms_.first[t]; k < terms_.first[t + 1]; ++k)
        product *= s[terms_.sites[k]];
      sum += terms_.coefficient[t] * product;
    }
    energy(r) = sum;
  }
  return energy;
}

}  // namespace nmc
#endif
