#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <vector>

#include "core/batch.hpp"

/// Which states a Markov chain can go to, and what that says about where it ends up.
namespace nmc::certify {

/// The states that one step can lead to, from every state; ascending, each once.
using Successors = std::vector<std::vector<std::uint32_t>>;

/// Where P(state, state') > 0.
[[nodiscard]] Successors successors(const Eigen::MatrixXd& P);
/// A step of `first`, then one of `second`.
[[nodiscard]] Successors then(const Successors& first, const Successors& second);
/// Two chains side by side; state a + b * (states of the first).
[[nodiscard]] Successors beside(const Successors& first, const Successors& second);

struct ChainClasses {
  Index closed = 0;      ///< classes that a chain never leaves
  Index transients = 0;  ///< states outside of them
  Index period = 0;      ///< greatest common divisor of the lengths of all ways back
  /// Whether the states before and those after a step, linked where the step leads from one to the
  /// other, hang together. It makes every cycle of this kernel with others that keep π > 0
  /// irreducible and aperiodic (docs/theory/irreducibility.md).
  bool is_linked = false;

  /// One closed class that is all states, and aperiodic.
  [[nodiscard]] bool is_ergodic() const { return closed == 1 && transients == 0 && period == 1; }
};

/// By the strongly connected components (Tarjan, SIAM J. Comput. 1 (1972) 146).
[[nodiscard]] ChainClasses classes_of(const Successors& next);

}  // namespace nmc::certify
