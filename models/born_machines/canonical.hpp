#pragma once

#include <vector>

#include "models/born_machines/mps_spec.hpp"

namespace nmc {

/// An open chain with its norm apart: e^{log_norm} C_0 C_1 …, where Σ_s C(s) C(s)ᵀ = 1 at every
/// place, so that the sum of Ψ² over all that lies to the right of a bond is the square of the
/// vector on it (Schollwöck, Ann. Phys. 326, 96 (2011), section 4.4; log_norm = ½ ln Z).
struct RightCanonical {
  std::vector<SpinMatrices> chain;
  double log_norm = 0;
};

/// UserError where Ψ = 0 for all configurations, and where it holds a number that is not finite.
[[nodiscard]] RightCanonical right_canonical(std::vector<SpinMatrices> chain);

/// Singular values of Ψ/√Z as a matrix of what lies left and right of each inner bond, from the
/// largest down; their squares add up to 1.
[[nodiscard]] std::vector<Eigen::VectorXd> schmidt_values(const RightCanonical& state);

/// The chain in mixed canonical form: Σ_s C(s)ᵀ C(s) = 1 left of `centre`, Σ_s C(s) C(s)ᵀ = 1 right
/// of it; Z = 1. Bonds keep the Schmidt values above `cutoff` times the largest.
[[nodiscard]] std::vector<SpinMatrices> mixed_canonical(RightCanonical state, Index centre,
                                                        double cutoff = 0);

/// −Σ λ² ln λ² of Schmidt values: the entanglement entropy of a cut, in nats.
[[nodiscard]] double entanglement_entropy(const Eigen::VectorXd& values);

}  // namespace nmc
