#pragma once

#include <span>
#include <vector>

#include <Eigen/Core>

#include "core/batch.hpp"

namespace nmc {

/// A place in a binary tree over spins: a leaf, which is a spin, or a joint of two others.
struct TreeNode {
  Index left = -1, right = -1;  ///< the children of a joint
  Index up = -1;                ///< the joint above; none of the root
  Index first = 0, leaves = 1;  ///< the leaves below, those of the order from first on
};

/// The tree that halves an order of `sites` leaves, again and again, the larger half to the left.
/// Nodes: the leaves as they come, then the joints, each after its children, the root last.
[[nodiscard]] std::vector<TreeNode> halved_tree(Index sites);

/// A tree of tensors, Ψ(s) the contraction of all (Cheng, Wang, Xiang and Zhang, PRB 99, 155131
/// (2019)). Parameters: T_k as (left, right, up) numbers, row-major, joint after joint; the bond
/// above a leaf has two values, spin down and spin up, and that above the root one.
struct TreeSpec {
  Index sites = 0;
  std::vector<Index> order;  ///< site of each leaf
  std::vector<Index> bonds;  ///< above every node of halved_tree(sites)
  Index chi = 16;            ///< bonds that a training may reach, at most

  [[nodiscard]] Index tokens() const { return sites; }
  [[nodiscard]] Index bond(Index node) const { return bonds[static_cast<std::size_t>(node)]; }
  [[nodiscard]] Index site(Index place) const { return order[static_cast<std::size_t>(place)]; }
  [[nodiscard]] Index parameter_count() const;
};

/// Bonds of min(chi, 2^leaves below, 2^all others), which more could not use.
[[nodiscard]] std::vector<Index> full_tree_bonds(Index sites, Index chi);

/// Sites of a lattice, (x, y, …) at x + Lx (y + …), so ordered that halves are halves of its
/// longest extent, again and again: what is near lies below one joint.
[[nodiscard]] std::vector<Index> bisected_order(const std::vector<Index>& extents);

/// Throws UserError for fewer than two sites, chi < 1, bonds that are no tree's, or an order that
/// is no permutation.
void check(const TreeSpec& spec);

/// The tensor of every joint as (left · right, up), the pair of rows l, r at l · right + r.
using TreeTensors = std::vector<Eigen::MatrixXd>;
[[nodiscard]] TreeTensors unpack(const TreeSpec& spec, std::span<const double> numbers);
[[nodiscard]] std::vector<double> pack(const TreeTensors& tensors);

}  // namespace nmc
