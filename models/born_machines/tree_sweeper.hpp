#pragma once

#include <vector>

#include "models/born_machines/pair_likelihood.hpp"
#include "models/born_machines/spin_data.hpp"
#include "models/born_machines/tree_state.hpp"

namespace nmc {

/// Two-site sweeps of a tree (Cheng, Wang, Xiang and Zhang, PRB 99, 155131 (2019), section III):
/// the tensors of two joints with a bond between them learn the data as one, with all others in
/// canonical form towards them, and are cut in two by the singular values.
class TreeSweeper {
 public:
  /// `state` is any tree; its leaves are the places of the data, which must outlive this.
  /// UserError where Ψ = 0 on a configuration of the data.
  TreeSweeper(TreeState state, const SpinData& data, const PairOptions& options);
  /// Over all bonds between joints, down to each and back up.
  void sweep();
  /// In canonical form with its centre at the root, Z = 1.
  [[nodiscard]] const TreeState& state() const { return state_; }

 private:
  enum class Way { down, up };
  void visit(Index joint);
  void learn_pair(Index above, Index below, Way way);
  void cut(Index above, Index below, const Eigen::MatrixXd& theta, Way way);
  [[nodiscard]] Eigen::MatrixXd& up(Index node) { return up_[static_cast<std::size_t>(node)]; }
  [[nodiscard]] Eigen::MatrixXd& down(Index node) { return down_[static_cast<std::size_t>(node)]; }

  TreeState state_;
  const SpinData& data_;
  PairOptions options_;
  /// Products of all data below each bond, and of all else, (count, bond), rows over their largest
  /// entries.
  std::vector<Eigen::MatrixXd> up_, down_;
};

}  // namespace nmc
