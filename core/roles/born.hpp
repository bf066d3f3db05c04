#pragma once

#include <vector>

#include "core/roles/model.hpp"

namespace nmc {

/// A density that is the square of a wave function over spins, p = Ψ²/Z, with sums over any spins
/// in closed form: so that any of them can be drawn given any others.
class BornState {
 public:
  virtual ~BornState() = default;
  /// ln Z, Z = Σ_s Ψ(s)², of the numbers as they are.
  [[nodiscard]] virtual double log_z() const = 0;
  /// Of Ψ, 1 or -1, (chains).
  [[nodiscard]] virtual Column signs(const Batch& s) const = 0;
  /// Whether each inner bond cuts the state in two.
  [[nodiscard]] virtual bool has_cuts() const = 0;
  /// Singular values of Ψ/√Z as a matrix of what lies on either side of each inner bond, from the
  /// largest down. UserError without cuts.
  [[nodiscard]] virtual std::vector<Eigen::VectorXd> schmidt_values() const = 0;
  /// ln p of the spins that are given, each chain's own, 0 where one is not; (chains).
  [[nodiscard]] virtual Column log_marginal(const Batch& s) const = 0;
  /// Draws the spins that are 0 given the others, each chain's own; log_q is ln p(drawn | given).
  /// UserError where what is given has probability 0.
  [[nodiscard]] virtual Draw fill(const Batch& s, const Streams& streams) const = 0;
};

/// A model as the square of a wave function; null where it is none.
[[nodiscard]] inline const BornState* born_state(const Model& model) {
  // Few models are one, and few ask.
  return dynamic_cast<const BornState*>(&model);
}

}  // namespace nmc
