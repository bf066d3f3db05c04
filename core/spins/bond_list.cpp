#include "core/spins/bond_list.hpp"

#include <algorithm>
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
  Index sites = 1;
  for (const Index extent : extents) sites *= extent;
  for (Index site = 0; site < sites; ++site) {
    Index stride = 1;
    for (std::size_t d = 0; d < extents.size(); ++d) {
      const Index extent = extents[d];
      const Index position = site / stride % extent;
      if (position + 1 < extent) {
        bonds.push_back({site, site + stride, J});
      } else if (periodic[d] && extent > 1) {
        bonds.push_back({site, site - position * stride, J});
      }
      stride *= extent;
    }
  }
  return bonds;
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
  return lattice_ ? lattice_->bonds.J : own_.front().J;
}

bool BondList::are_all(double J) const {
  if (lattice_) return empty() || lattice_->bonds.J == J;
  return std::ranges::all_of(list(), [J](const Bond& bond) { return bond.J == J; });
}

double BondList::common_magnitude() const {
  const double J = std::abs(first_J());
  if (lattice_) return J;
  const auto has_it = [J](const Bond& bond) { return std::abs(bond.J) == J; };
  return std::ranges::all_of(list(), has_it) ? J : 0;
}

bool BondList::are_ferromagnetic() const {
  if (lattice_) return empty() || lattice_->bonds.J >= 0;
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

void BondList::set_lattice_J(double J) {
  LatticeBonds changed = lattice_->bonds;
  changed.J = J;
  *this = BondList(std::move(changed));
}

}  // namespace nmc
