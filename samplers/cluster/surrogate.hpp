#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/spins/graph.hpp"

namespace nmc {

/// Bonds that share one coupling of a surrogate, H_s = −Σ_n J_n Σ_{bonds of class n} c s s with c
/// the J of each bond: nearest, second, third neighbours, or the bonds of the system itself.
using BondClasses = std::vector<std::vector<Bond>>;

/// Least squares of E ≈ E_0 − Σ_n J_n C_n over weighted configurations, C_n the sums of the
/// classes (Liu, Qi, Meng and Fu, Phys. Rev. B 95, 041101 (2017), eq. 4).
class SurrogateFit {
 public:
  explicit SurrogateFit(Index classes);
  /// sums (rows, classes); energy and weight (rows).
  void add(const Batch& sums, const Column& energy, const Column& weight);
  [[nodiscard]] Index rows() const { return rows_; }
  /// J_n. UserError where there are fewer than ten rows for each number that is fitted.
  [[nodiscard]] std::vector<double> couplings() const;
  /// Sums so far, and the way back.
  [[nodiscard]] std::vector<double> numbers() const;
  void set_numbers(std::span<const double> numbers);
  [[nodiscard]] std::size_t size() const;

 private:
  Index rows_ = 0;
  Eigen::MatrixXd products_;  ///< of (E, 1, −C_1, −C_2, …) with itself, summed
};

/// C_n of configurations, (rows, classes).
[[nodiscard]] Batch class_sums(const BondClasses& classes, const Batch& s);

/// What a walk by clusters of a surrogate needs: its bonds with their thresholds, and what the
/// system has beside it, H − H_s.
struct SurrogateBonds {
  double beta = 0;
  Adjacency bonds{};
  std::vector<std::uint64_t> threshold{};  ///< of 1 − e^{−2β|J|}, of every entry of bonds
  Adjacency residual{};                    ///< J of the system less that of the surrogate
  PlaquetteLists plaquettes{};
  std::vector<double> field{};  ///< (sites); empty without fields
  [[nodiscard]] Index sites() const { return std::ssize(bonds.first) - 1; }
};
/// `couplings` has one J_n for each class.
[[nodiscard]] SurrogateBonds make_surrogate(const Graph& system, double beta,
                                            const BondClasses& classes,
                                            std::span<const double> couplings);

}  // namespace nmc
