#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "core/batch.hpp"
#include "core/lazy.hpp"

namespace nmc {

/// A coupling between two different sites: −J s_i s_j in the Hamiltonian.
struct Bond {
  Index i = 0;
  Index j = 0;
  double J = 1;
};

/// The bonds of a hypercubic lattice with couplings of one magnitude, without listing them.
struct LatticeBonds {
  std::vector<Index> extents;  ///< x first; sites are numbered x fastest
  std::vector<bool> periodic;  ///< by direction; an extent of 2 has two bonds around it then
  double J = 1;
  /// A bit for every bond, in order, set where the coupling is −J; empty where it nowhere is.
  std::vector<std::uint64_t> negative{};

  [[nodiscard]] Index count() const;
  /// The coupling of bond b.
  [[nodiscard]] double coupling(std::size_t b) const {
    const bool is_negative = !negative.empty() && (negative[b / 64] >> b % 64 & 1) != 0;
    return is_negative ? -J : J;
  }
  /// That of all bonds; none where there are +J and −J.
  [[nodiscard]] std::optional<double> common_coupling() const;
  /// Calls visit(bond) for every bond: site by site, of each those in the positive directions, x
  /// first.
  template <class Visit>
  void visit(const Visit& visit) const;
  /// In that order.
  [[nodiscard]] std::vector<Bond> list() const;
};

template <class Visit>
void LatticeBonds::visit(const Visit& visit) const {
  Index sites = 1;
  for (const Index extent : extents) sites *= extent;
  std::size_t b = 0;
  for (Index site = 0; site < sites; ++site) {
    Index stride = 1;
    for (std::size_t d = 0; d < extents.size(); ++d) {
      const Index extent = extents[d];
      const Index position = site / stride % extent;
      if (position + 1 < extent)
        visit(Bond{site, site + stride, coupling(b++)});
      else if (periodic[d] && extent > 1)
        visit(Bond{site, site - position * stride, coupling(b++)});
      stride *= extent;
    }
  }
}

/// A list of bonds that may be that of a lattice: then it takes no memory until it is gone through,
/// nor does a copy of it. Reading it from several threads is safe, as of a std::vector.
class BondList {
 public:
  using value_type = Bond;
  using iterator = std::vector<Bond>::iterator;
  using const_iterator = std::vector<Bond>::const_iterator;

  BondList() = default;
  BondList(std::vector<Bond> bonds);            // NOLINT(google-explicit-constructor): a list
  BondList(std::initializer_list<Bond> bonds);  // NOLINT(google-explicit-constructor)
  explicit BondList(LatticeBonds lattice);
  BondList(const BondList& other);
  BondList(BondList&&) noexcept = default;
  BondList& operator=(const BondList& other);
  BondList& operator=(BondList&&) noexcept = default;
  ~BondList() = default;

  /// Where the list is that of a lattice, and unchanged; else null.
  [[nodiscard]] const LatticeBonds* lattice() const;
  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] bool empty() const { return size() == 0; }
  [[nodiscard]] const std::vector<Bond>& list() const;
  [[nodiscard]] const_iterator begin() const { return list().begin(); }
  [[nodiscard]] const_iterator end() const { return list().end(); }
  [[nodiscard]] const Bond& operator[](std::size_t b) const { return list()[b]; }
  [[nodiscard]] const Bond& front() const { return list().front(); }
  [[nodiscard]] const Bond& back() const { return list().back(); }

  /// A list that may be changed: no longer that of a lattice.
  [[nodiscard]] std::vector<Bond>& own();
  [[nodiscard]] iterator begin() { return own().begin(); }
  [[nodiscard]] iterator end() { return own().end(); }
  [[nodiscard]] Bond& operator[](std::size_t b) { return own()[b]; }
  [[nodiscard]] Bond& back() { return own().back(); }
  void push_back(const Bond& bond) { own().push_back(bond); }
  void reserve(std::size_t count) { own().reserve(count); }
  void resize(std::size_t count) { own().resize(count); }
  void pop_back() { own().pop_back(); }
  void clear() { *this = {}; }

  /// The coupling of the first bond; 0 of an empty list.
  [[nodiscard]] double first_J() const;
  /// Whether all couplings are J.
  [[nodiscard]] bool are_all(double J) const;
  /// |J| of all couplings; 0 where they differ, or there are none.
  [[nodiscard]] double common_magnitude() const;
  [[nodiscard]] bool are_ferromagnetic() const;  ///< none below 0
  [[nodiscard]] double total() const;            ///< Σ |J|
  /// Multiplies all couplings.
  void scale(double factor);
  /// Calls visit(bond) for every bond in order, without listing those of a lattice.
  template <class Visit>
  void visit(const Visit& visit) const {
    if (lattice_)
      lattice_->bonds.visit(visit);
    else
      for (const Bond& bond : own_) visit(bond);
  }
  /// Puts change(J) in the place of every coupling J.
  template <class Change>
  void change_J(const Change& change) {
    const double J = lattice_ ? lattice_->bonds.J : 0;
    if (lattice_ && (lattice_->bonds.negative.empty() || change(-J) == -change(J)))
      set_lattice(change(J), lattice_->bonds.negative);
    else
      for (Bond& bond : own()) bond.J = change(bond.J);
  }
  /// Puts J, or −J where is_negative() says so, in the place of every coupling, in order.
  template <class IsNegative>
  void set_signs(double J, const IsNegative& is_negative) {
    if (!lattice_) {
      for (Bond& bond : own()) bond.J = is_negative() ? -J : J;
      return;
    }
    std::vector<std::uint64_t> negative((size() + 63) / 64, 0);
    for (std::size_t b = 0; b < size(); ++b)
      negative[b / 64] |= std::uint64_t{is_negative()} << b % 64;
    set_lattice(J, std::move(negative));
  }

 private:
  struct Lattice {
    explicit Lattice(LatticeBonds lattice);
    LatticeBonds bonds;
    Lazy<std::vector<Bond>> list;
  };
  /// Bits of which none is set are none.
  void set_lattice(double J, std::vector<std::uint64_t> negative);

  std::unique_ptr<const Lattice> lattice_;
  std::vector<Bond> own_;  // where there is no lattice
};

}  // namespace nmc
