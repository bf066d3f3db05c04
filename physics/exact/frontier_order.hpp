#pragma once

#include <vector>

#include "physics/exact/spin_polynomial.hpp"

namespace nmc {

/// Which sites share a term, among the sites that are not fixed.
class SiteNeighbours {
 public:
  SiteNeighbours(const SpinPolynomial& terms, const std::vector<Index>& fixed);
  [[nodiscard]] Index sites() const { return static_cast<Index>(of_.size()); }
  [[nodiscard]] const std::vector<Index>& of(Index site) const { return of_[site]; }
  [[nodiscard]] bool is_fixed(Index site) const { return is_fixed_[site]; }

 private:
  std::vector<std::vector<Index>> of_;
  std::vector<char> is_fixed_;
};

/// An order of the free sites with what a sweep along it costs.
struct SweepOrder {
  std::vector<Index> order;
  double cost = 0;    ///< Σ sweep_step_cost(width)
  int width = 0;      ///< the largest
  Index longest = 0;  ///< the site whose fixing saves the most work
};

/// 2^width, in units of a step within the second-level cache: more where memory is slower.
[[nodiscard]] double sweep_step_cost(int width);

/// Cost and width of a given order; stops early with infinite cost beyond `limit`.
[[nodiscard]] SweepOrder evaluate_order(const SiteNeighbours& neighbours, std::vector<Index> order,
                                        double limit);

/// The cheapest of the sites' own order and many greedy ones, which add the site that leaves the
/// smallest frontier, with ties decided by age or by hashed coins. Deterministic; about `budget`
/// operations.
[[nodiscard]] SweepOrder find_order(const SiteNeighbours& neighbours, double budget);

}  // namespace nmc
