#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/roles/operator.hpp"

namespace nmc {

/// A sum of products of Pauli matrices with real matrix elements,
///   H = Σ c P_1 P_2 …, P = X, Y or Z at sites that differ,
/// with as many Y as are even. Spin +1 is the state |0⟩ of Z = +1.
class PauliSum final : public Operator {
 public:
  /// c Π signs: what a set of flips comes with.
  struct Term {
    double coefficient = 0;
    std::vector<Index> signs;  ///< the spins whose product it is, ascending; none: a constant
  };

  /// No terms yet. UserError for fewer than one site.
  explicit PauliSum(Index sites);
  /// Adds `coefficient` times the product of letters[k] at sites[k]; "" is the identity. UserError
  /// for a letter that is none of X, Y, Z, a site out of range or named twice, a number that is not
  /// finite, and an odd number of Y, which is not real.
  void add(double coefficient, const std::string& letters, const std::vector<Index>& sites);

  [[nodiscard]] Index sites() const override { return sites_; }
  [[nodiscard]] const std::vector<std::vector<Index>>& flips() const override { return flips_; }
  [[nodiscard]] Batch elements(const Batch& s) const override;

  /// The terms of each of flips().
  [[nodiscard]] const std::vector<std::vector<Term>>& terms() const { return terms_; }
  /// The number of all of them.
  [[nodiscard]] Index size() const;
  /// The coefficient of the identity, tr H / 2^N.
  [[nodiscard]] double trace_per_state() const;
  /// Whether every set of flips leaves Σ s as it is wherever its element is not 0.
  [[nodiscard]] bool keeps_magnetisation() const;
  /// Whether it is the same with all spins turned over.
  [[nodiscard]] bool is_even() const;

 private:
  Index sites_;
  std::vector<std::vector<Index>> flips_;
  std::vector<std::vector<Term>> terms_;
  std::map<std::vector<Index>, std::size_t> places_;  ///< of flips_
};

/// U H U† where U turns the spins of `turned` by π about z: X and Y of them change their sign. The
/// spectrum and all functions of Z stay; turned on one half of a bipartite lattice, an
/// antiferromagnet has a ground state without signs (Marshall, Proc. R. Soc. A 232, 48 (1955)).
[[nodiscard]] PauliSum turned_about_z(const PauliSum& H, const std::vector<bool>& turned);

}  // namespace nmc
