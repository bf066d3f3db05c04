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

SpinEnergy::SpinEnergy(Graph graph) : graph_(std::make_unique<const Graph>(std::move(graph))) {
  if (auto lattice = StringLattice::of(*graph_))
    strings_ = std::make_unique<const StringLattice>(*std::move(lattice));
  const bool has_fields = std::ranges::any_of(graph_->field, [](double h) { return h != 0; });
  if (graph_->plaquettes.empty() && !has_fields) J_ = graph_->bonds.common_magnitude();
  is_torus_ = J_ > 0 && !graph_->torus.empty() && graph_->bonds.are_all(J_);
  tables_ = std::make_unique<const Lazy<Tables>>(
      [graph = graph_.get(), J = J_] { return tables_of(*graph, J); });
}

SpinEnergy::Tables SpinEnergy::tables_of(const Graph& graph, double J) {
  Tables tables;
  if (J > 0) {
    for (const Bond& bond : graph.bonds) tables.signs.push_back(bond.J < 0 ? ~std::uint64_t{0} : 0);
    return tables;
  }
  SpinTerms& terms = tables.terms;
  const auto add = [&](std::initializer_list<Index> sites, double coefficient) {
    terms.sites.insert(terms.sites.end(), sites);
    terms.first.push_back(terms.sites.size());
    terms.coefficient.push_back(coefficient);
  };
  terms.first.push_back(0);
  for (const Bond& bond : graph.bonds) add({bond.i, bond.j}, -bond.J);
  for (const Plaquette& p : graph.plaquettes)
    add({p.sites[0], p.sites[1], p.sites[2], p.sites[3]}, -p.K);
  for (std::size_t i = 0; i < graph.field.size(); ++i)
    if (graph.field[i] != 0) add({static_cast<Index>(i)}, -graph.field[i]);
  return tables;
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
  const std::vector<Bond>& bonds = graph_->bonds.list();
  const Column unsatisfied = spins_detail::lanes_unsatisfied(
      spins, {bonds.data(), (*tables_)->signs.data(), std::ssize(bonds)});
  return J_ * (2 * unsatisfied - static_cast<double>(bonds.size()));
}

Column SpinEnergy::summed_lanes(const Spins& spins) const {
  return spins_detail::lanes_sum(spins, (*tables_)->terms);
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
  const auto unsatisfied = [this](const std::int8_t* s) {
    if (is_torus_) return count_torus_unequal(s, graph_->torus);
    const std::vector<Bond>& bonds = graph_->bonds.list();
    const std::vector<std::uint64_t>& signs = (*tables_)->signs;
    Index count = 0;
    for (std::size_t b = 0; b < bonds.size(); ++b)
      count += static_cast<Index>((s[bonds[b].i] != s[bonds[b].j]) != (signs[b] != 0));
    return count;
  };
  for (Index r = 0; r < spins.rows(); ++r)
    energy(r) = J_ * static_cast<double>(2 * unsatisfied(spins.row(r)) - std::ssize(graph_->bonds));
  return energy;
}

Column SpinEnergy::summed_bytes(const Spins& spins) const {
  const SpinTerms& terms = (*tables_)->terms;
  Column energy(spins.rows());
  for (Index r = 0; r < spins.rows(); ++r) {
    const std::int8_t* s = spins.row(r);
    double sum = 0;
    for (std::size_t t = 0; t < terms.coefficient.size(); ++t) {
      int product = 1;
      for (std::size_t k = terms.first[t]; k < terms.first[t + 1]; ++k)
        product *= s[terms.sites[k]];
      sum += terms.coefficient[t] * product;
    }
    energy(r) = sum;
  }
  return energy;
}

}  // namespace nmc
