#include "core/spins/bond_list.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>

namespace nmc {

Index LatticeBonds::count() const {
  Index sites = 1;
  for (const Index extent : extents) sites *= extent;
  Index bonds = 0;
  for (std::size_t d = 0; d < extents.size(); ++d)
    if (extents[d] > 1) bonds += periodic[d] ? sites : sites / extents[d] * (extents[d] - 1);
  return bonds;
}

std::vector<Bond> LatticeBonds::list() const {
  std::vector<Bond> bonds;
  bonds.reserve(static_cast<std::size_t>(count()));
  visit([&bonds](const Bond& bond) { bonds.push_back(bond); });
  return bonds;
}

std::optional<double> LatticeBonds::common_coupling() const {
  Index minus = 0;
  for (const std::uint64_t word : negative) minus += std::popcount(word);
  if (minus == 0 || J == 0) return J;
  return minus == count() ? std::optional(-J) : std::nullopt;
}

BondList::Lattice::Lattice(LatticeBonds lattice)
    : bonds(std::move(lattice)), list([this] { return bonds.list(); }) {}

BondList::BondList(std::vector<Bond> bonds) : own_(std::move(bonds)) {}

BondList::BondList(std::initializer_list<Bond> bonds) : own_(bonds) {}

BondList::BondList(LatticeBonds lattice)
    : lattice_(std::make_unique<const Lattice>(std::move(lattice))) {}

BondList::BondList(const BondList& other)
    : lattice_(other.lattice_ ? std::make_unique<const Lattice>(other.lattice_->bonds) : nullptr),
      own_(other.own_) {}

BondList& BondList::operator=(const BondList& other) {
  if (this != &other) *this = BondList(other);
  return *this;
}

const LatticeBonds* BondList::lattice() const {
  return lattice_ ? &lattice_->bonds : nullptr;
}

std::size_t BondList::size() const {
  return lattice_ ? static_cast<std::size_t>(lattice_->bonds.count()) : own_.size();
}

const std::vector<Bond>& BondList::list() const {
  return lattice_ ? *lattice_->list : own_;
}

std::vector<Bond>& BondList::own() {
  if (lattice_) {
    own_ = lattice_->bonds.list();
    lattice_ = nullptr;
  }
  return own_;
}

double BondList::first_J() const {
  if (empty()) return 0;
  return lattice_ ? lattice_->bonds.coupling(0) : own_.front().J;
}

bool BondList::are_all(double J) const {
  if (lattice_) return empty() || lattice_->bonds.common_coupling() == J;
  return std::ranges::all_of(list(), [J](const Bond& bond) { return bond.J == J; });
}

double BondList::common_magnitude() const {
  const double J = std::abs(first_J());
  if (lattice_) return J;
  const auto has_it = [J](const Bond& bond) { return std::abs(bond.J) == J; };
  return std::ranges::all_of(list(), has_it) ? J : 0;
}

bool BondList::are_ferromagnetic() const {
  if (lattice_) return empty() || lattice_->bonds.common_coupling().value_or(-1) >= 0;
  return std::ranges::all_of(list(), [](const Bond& bond) { return bond.J >= 0; });
}

double BondList::total() const {
  if (lattice_) return static_cast<double>(size()) * std::abs(lattice_->bonds.J);
  double total = 0;
  for (const Bond& bond : list()) total += std::abs(bond.J);
  return total;
}

void BondList::scale(double factor) {
  change_J([factor](double J) { return J * factor; });
}

void BondList::set_lattice(double J, std::vector<std::uint64_t> negative) {
  LatticeBonds changed = lattice_->bonds;
  changed.J = J;
  const auto is_zero = [](std::uint64_t word) { return word == 0; };
  if (std::ranges::all_of(negative, is_zero)) negative.clear();
  changed.negative = std::move(negative);
  *this = BondList(std::move(changed));
}

}  // namespace nmc
