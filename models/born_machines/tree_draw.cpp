#include "models/born_machines/tree_draw.hpp"

#include <cmath>

namespace nmc {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

/// Column p of a tensor as (right, left).
Eigen::Map<const MatrixXd> face(const MatrixXd& T, Index p, Index left) {
  return {T.col(p).data(), T.rows() / left, left};
}

/// Σ_{r r'} X(l r, p) Y(l' r', p) R(r, r') over all p, (left, left); R = 1 where it is null.
MatrixXd over_right(const MatrixXd& X, const MatrixXd& Y, Index left, const MatrixXd* R) {
  MatrixXd sum = MatrixXd::Zero(left, left);
  for (Index p = 0; p < X.cols(); ++p)
    if (R == nullptr)
      sum.noalias() += face(X, p, left).transpose() * face(Y, p, left);
    else
      sum.noalias() += face(X, p, left).transpose() * (*R * face(Y, p, left));
  return sum;
}

void scale_by_trace(MatrixXd& matrix) {
  const double trace = matrix.trace();
  if (trace > 0) matrix /= trace;
}

}  // namespace

const MatrixXd* TreeWalk::sum_below(Index node) const {
  if (sums_ == nullptr) return nullptr;
  const MatrixXd& sum = sums_->of_node[static_cast<std::size_t>(node)];
  return sum.size() == 0 ? nullptr : &sum;
}

void TreeWalk::run(const Choose& choose) const {
  visit(state_.root(), MatrixXd::Ones(1, 1), choose);
}

VectorXd TreeWalk::visit(Index node, const MatrixXd& rho, const Choose& choose) const {
  if (state_.is_leaf(node)) {
    const Index s = choose(node, {std::max(0.0, rho(0, 0)), std::max(0.0, rho(1, 1))});
    return VectorXd::Unit(2, s);
  }
  const TreeNode& joint = state_.node(node);
  const MatrixXd& T = state_.tensor(node);
  const Index left = state_.bond(joint.left), right = state_.bond(joint.right);
  MatrixXd on_left = over_right(T * rho, T, left, sum_below(joint.right));
  scale_by_trace(on_left);
  const VectorXd a = visit(joint.left, on_left, choose);
  MatrixXd Y(right, T.cols());
  for (Index p = 0; p < T.cols(); ++p) Y.col(p).noalias() = face(T, p, left) * a;
  MatrixXd on_right = Y * rho * Y.transpose();
  scale_by_trace(on_right);
  const VectorXd b = visit(joint.right, on_right, choose);
  VectorXd product = Y.transpose() * b;
  const double largest = product.cwiseAbs().maxCoeff();
  if (largest > 0) product /= largest;
  return product;
}

TreeSums sum_from_below(const TreeState& state, const std::vector<int>& given) {
  TreeSums sums{std::vector<MatrixXd>(state.nodes.size()), 0};
  for (Index leaf = 0; leaf < state.sites(); ++leaf)
    if (const int s = given[static_cast<std::size_t>(leaf)]; s >= 0)
      sums.of_node[static_cast<std::size_t>(leaf)] =
          VectorXd::Unit(2, s) * VectorXd::Unit(2, s).transpose();
  for (Index joint = state.sites(); joint <= state.root(); ++joint) {
    const TreeNode& node = state.node(joint);
    const MatrixXd& on_left = sums.of_node[static_cast<std::size_t>(node.left)];
    const MatrixXd& on_right = sums.of_node[static_cast<std::size_t>(node.right)];
    if (on_left.size() == 0 && on_right.size() == 0) continue;
    const MatrixXd& T = state.tensor(joint);
    const Index left = state.bond(node.left);
    MatrixXd put(T.rows(), T.cols());
    for (Index p = 0; p < T.cols(); ++p) {
      MatrixXd of = face(T, p, left);
      if (on_right.size() > 0) of = on_right * of;
      if (on_left.size() > 0) of = of * on_left;
      put.col(p) = Eigen::Map<const VectorXd>(of.data(), of.size());
    }
    MatrixXd& sum = sums.of_node[static_cast<std::size_t>(joint)];
    sum = T.transpose() * put;
    const double trace = sum.trace();
    sums.log_total += std::log(trace);
    if (trace > 0) sum /= trace;
  }
  return sums;
}

}  // namespace nmc
