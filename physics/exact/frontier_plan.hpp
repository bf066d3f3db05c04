#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "physics/exact/spin_polynomial.hpp"

namespace nmc {

/// A term as one step of a sweep sees it: coupling × sign(fixed spins) × Π s over `slots`.
struct PlannedTerm {
  std::uint64_t slots = 0;  ///< of the frontier before the step
  std::uint64_t fixed = 0;  ///< among the fixed sites
  double coupling = 0;
};

/// The sweep adds one site: first the pairs of slots are exchanged, then the site takes the place
/// of the one in `slot`, which is summed over, or the next free slot if `slot` < 0; then each of
/// `removed`, in turn, is exchanged with the last slot, which is summed over.
struct FrontierStep {
  std::vector<std::array<int, 2>> exchanges;
  int slot = -1;
  std::vector<int> removed;
  std::vector<PlannedTerm> terms;  ///< those that the site closes, without the site itself
  int width = 0;                   ///< slots in use before the removals
};

/// A state of the fixed sites (bit set: down) that stands for `weight` of them.
struct FixedState {
  std::uint64_t bits = 0;
  std::uint64_t weight = 1;
};

/// How to sum over all states of a graph: the fixed sites are looped over, the others are swept
/// through a frontier, the sites added that still have neighbours to come. The cost is the number
/// of fixed states times Σ_steps 2^width: time grows with the path-width of the graph, not with its
/// size (Binder, Physica 62, 508 (1972) for strips; Kinnersley, Inf. Process. Lett. 42, 345 (1992)
/// for the vertex separation number).
struct FrontierPlan {
  Index sites = 0;
  std::vector<Index> fixed;
  std::vector<FixedState> fixed_states;  ///< where a symmetry leaves fewer; see fixed_states()
  std::vector<PlannedTerm> constants;    ///< terms of fixed sites alone
  std::vector<FrontierStep> steps;
  int width = 0;  ///< the largest of all steps
  /// Number of fixed states × Σ_steps 2^width, wide steps counted for more.
  double state_steps = 0;
};

/// 2^22 states of 48 bytes: the most memory that a sweep takes.
inline constexpr int max_frontier_width = 22;

/// The cheapest plan of a deterministic search over orders and fixed sites, which ends after about
/// a second of CPU time on any graph. Where none is within reach, state_steps is infinite and
/// nothing else is set.
[[nodiscard]] FrontierPlan plan_frontier(const SpinPolynomial& terms,
                                         int max_width = max_frontier_width);

/// For the Lx × Ly torus with all couplings equal: the shorter direction's first row is fixed, up
/// to its translations, reflection and the flip of all spins.
[[nodiscard]] FrontierPlan plan_torus(const SpinPolynomial& terms, Index lx, Index ly);

/// All states of the fixed sites; half of them where H(−s) = H(s).
[[nodiscard]] std::vector<FixedState> fixed_states(const FrontierPlan& plan,
                                                   const SpinPolynomial& terms);

}  // namespace nmc
