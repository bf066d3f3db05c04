#pragma once

#include <vector>

#include "models/born_machines/tree_spec.hpp"

namespace nmc {

/// The joints of a tree with their tensors, which fit together.
struct TreeState {
  std::vector<TreeNode> nodes;  ///< halved_tree()
  TreeTensors tensors;          ///< of the joints

  [[nodiscard]] Index sites() const { return (std::ssize(nodes) + 1) / 2; }
  [[nodiscard]] Index root() const { return std::ssize(nodes) - 1; }
  [[nodiscard]] bool is_leaf(Index node) const { return node < sites(); }
  [[nodiscard]] const TreeNode& node(Index at) const { return nodes[static_cast<std::size_t>(at)]; }
  [[nodiscard]] Eigen::MatrixXd& tensor(Index joint) {
    return tensors[static_cast<std::size_t>(joint - sites())];
  }
  [[nodiscard]] const Eigen::MatrixXd& tensor(Index joint) const {
    return tensors[static_cast<std::size_t>(joint - sites())];
  }
  /// Of the bond above a node.
  [[nodiscard]] Index bond(Index at) const { return is_leaf(at) ? 2 : tensor(at).cols(); }
};

[[nodiscard]] TreeState tree_state(const TreeSpec& spec, std::span<const double> numbers);
[[nodiscard]] std::vector<Index> bonds_of(const TreeState& state);

/// A tree with its norm apart: e^{log_norm} times one whose tensors have Tᵀ T = 1, so that the sum
/// of Ψ² over all that lies below a bond is the square of the vector on it, and Z that of the root.
struct UpCanonical {
  TreeState state;
  double log_norm = 0;  ///< ½ ln Z
};

/// UserError where Ψ = 0 for all configurations, and where it holds a number that is not finite.
[[nodiscard]] UpCanonical up_canonical(TreeState state);

/// Singular values of Ψ/√Z as a matrix of what lies below a bond and of all else, from the largest
/// down, of every node but the root and its right child, whose cut is that of the left one.
[[nodiscard]] std::vector<Eigen::VectorXd> schmidt_values(const UpCanonical& tree);

/// Independent spins with these probabilities of being up, by place, in canonical form. Bonds are
/// full_tree_bonds(): beside the product of the spins each carries those with one spin turned to
/// what it is not, with two, and so on, which the root leaves out; a pair of joints of which every
/// other bond is 1 could learn nothing.
[[nodiscard]] TreeState independent_tree(const Column& up, Index chi);

/// Rows a ⊗ b of the rows of two matrices, (rows, columns of a · columns of b).
[[nodiscard]] Eigen::MatrixXd row_products(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b);
/// Rows over their largest entries; rows of zeros stay.
void scale_rows(Eigen::MatrixXd& rows);

}  // namespace nmc
