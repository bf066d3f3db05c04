#include "core/spins/row_counts.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

#include "core/spins/byte_counts.hpp"
#include "core/spins/lane_counts.hpp"
#include "core/spins/string_counts.hpp"
#include "core/spins/strip_counts.hpp"

namespace nmc {
using spins_detail::count_positive;
using spins_detail::count_torus_unequal;
using spins_detail::count_unequal;
using spins_detail::row_bits;
using spins_detail::row_bits_different;
using spins_detail::strip_unequal;

Column count_up(const Spins& spins) {
  if (spins.layout() == SpinLayout::lanes) return spins_detail::lanes_up(spins);
  Column up(spins.rows());
  const Index words = spins.layout() == SpinLayout::bytes ? 0 : spins.words_per_row();
  for (Index r = 0; r < spins.rows(); ++r)
    up(r) = static_cast<double>(words > 0 ? row_bits(spins.words() + r * words, words)
                                          : count_positive(spins.row(r), spins.sites()));
  return up;
}

Column count_different(const Spins& a, const Spins& b) {
  assert(a.layout() == b.layout() && a.rows() == b.rows() && a.sites() == b.sites());
  if (a.layout() == SpinLayout::lanes) return spins_detail::lanes_different(a, b);
  Column different(a.rows());
  const Index words = a.layout() == SpinLayout::bytes ? 0 : a.words_per_row();
  for (Index r = 0; r < a.rows(); ++r)
    different(r) = static_cast<double>(
        words > 0 ? row_bits_different(a.words() + r * words, b.words() + r * words, words)
                  : count_unequal(a.row(r), b.row(r), a.sites()));
  return different;
}

Column magnetisation(const Spins& spins) {
  const auto n = static_cast<double>(spins.sites());
  return (2 * count_up(spins) - n) / n;
}

SpinEnergy::SpinEnergy(const Graph& graph) {
  if (auto lattice = StringLattice::of(graph))
    strings_ = std::make_unique<const StringLattice>(*std::move(lattice));
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

SpinEnergy::SpinEnergy(SpinEnergy&&) noexcept = default;
SpinEnergy::~SpinEnergy() = default;

Column SpinEnergy::operator()(const Spins& spins) const {
  switch (spins.layout()) {
    case SpinLayout::lanes:
      return J_ > 0 ? counted_lanes(spins) : summed_lanes(spins);
    case SpinLayout::strips:
      return strips(spins);
    case SpinLayout::strings:
      return strings(spins);
    case SpinLayout::bytes:
      return J_ > 0 ? counted_bytes(spins) : summed_bytes(spins);
  }
  return {};
}

Column SpinEnergy::counted_lanes(const Spins& spins) const {
  const Column unsatisfied =
      spins_detail::lanes_unsatisfied(spins, {bonds_.data(), signs_.data(), std::ssize(bonds_)});
  return J_ * (2 * unsatisfied - static_cast<double>(bonds_.size()));
}

Column SpinEnergy::summed_lanes(const Spins& spins) const {
  return spins_detail::lanes_sum(spins, terms_);
}

Column SpinEnergy::strips(const Spins& spins) const {
  Column energy(spins.rows());
  for (Index r = 0; r < spins.rows(); ++r) {
    const Index unequal =
        strip_unequal(spins.words() + r * spins.words_per_row(), spins.geometry().strips);
    energy(r) = static_cast<double>(2 * unequal - 2 * spins.sites());
  }
  return energy;
}

Column SpinEnergy::strings(const Spins& spins) const {
  Column energy(spins.rows());
  for (Index r = 0; r < spins.rows(); ++r) {
    const std::uint64_t* row = spins.words() + r * spins.words_per_row();
    const Index unsatisfied = spins_detail::string_unsatisfied(row, *strings_);
    energy(r) = strings_->J() * static_cast<double>(2 * unsatisfied - strings_->bonds());
  }
  if (strings_->h() != 0)
    energy -= strings_->h() * (2 * count_up(spins) - static_cast<double>(spins.sites()));
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
