#pragma once

#include <vector>

#include "models/born_machines/tree_state.hpp"

namespace nmc {

/// The products of all that lies below each bond, of some configurations: (configurations, bond),
/// rows over their largest entries.
struct UpMessages {
  std::vector<Eigen::MatrixXd> of_node;
  Column log_psi;  ///< ln |Ψ|, (configurations); −∞ where Ψ = 0
};

/// `up` is 1 where the spin of a leaf is up and 0 where it is down, (configurations, sites).
[[nodiscard]] UpMessages messages_up(const TreeState& state, const Eigen::MatrixXd& up);

/// Σ weight ∇ ln |Ψ| of the tensors of all joints; a weight of 0 leaves a configuration out.
[[nodiscard]] TreeTensors gradient_of_log_psi(const TreeState& state, const UpMessages& up,
                                              const Column& weight);

/// ∂ ln Z/∂T of every joint, packed.
[[nodiscard]] std::vector<double> gradient_of_tree_log_z(const TreeState& state);

}  // namespace nmc
