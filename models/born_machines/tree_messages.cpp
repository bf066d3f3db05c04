#include "models/born_machines/tree_messages.hpp"

#include <cmath>

#include "core/linear/dense.hpp"

namespace nmc {
namespace {

using Eigen::MatrixXd;

/// A Σ over the two bonds below: (E_left ⊗ E_right) T.
MatrixXd with_sums(const MatrixXd& T, const MatrixXd& on_left, const MatrixXd& on_right) {
  MatrixXd put(T.rows(), T.cols());
  for (Index p = 0; p < T.cols(); ++p) {
    const Eigen::Map<const MatrixXd> of(T.col(p).data(), on_right.rows(), on_left.rows());
    Eigen::Map<MatrixXd>(put.col(p).data(), on_right.rows(), on_left.rows()) =
        on_right * of * on_left;
  }
  return put;
}

/// Σ T(l r, p) of(l' r', p) with E on the other bond, for one of the two below.
MatrixXd sum_onto(const MatrixXd& T, const MatrixXd& of, Index left, bool is_left) {
  const Index right = T.rows() / left, own = is_left ? left : right;
  MatrixXd sum = MatrixXd::Zero(own, own);
  for (Index p = 0; p < T.cols(); ++p) {
    const Eigen::Map<const MatrixXd> a(T.col(p).data(), right, left),
        b(of.col(p).data(), right, left);
    if (is_left)
      sum.noalias() += a.transpose() * b;
    else
      sum.noalias() += a * b.transpose();
  }
  return sum / sum.trace();
}

/// Which child a joint hands something to, and the bond of its left one.
struct Handing {
  Index left;
  bool to_left;
};

/// What it hands, rows over their largest entries: from the messages of the other child and from
/// above.
MatrixXd message_down(const MatrixXd& T, Handing to, const MatrixXd& of_other,
                      const MatrixXd& from_above) {
  MatrixXd wide = MatrixXd::Zero(from_above.rows(), T.rows());  // (configurations, left · right)
  const MatrixXd turned = T.transpose();
  linear::add_product(from_above, turned, wide);
  const Index right = T.rows() / to.left;
  MatrixXd down = MatrixXd::Zero(wide.rows(), to.to_left ? to.left : right);
  for (Index l = 0; l < to.left; ++l)
    for (Index r = 0; r < right; ++r)
      down.col(to.to_left ? l : r).array() +=
          wide.col(l * right + r).array() * of_other.col(to.to_left ? r : l).array();
  scale_rows(down);
  return down;
}

}  // namespace

UpMessages messages_up(const TreeState& state, const MatrixXd& up) {
  UpMessages all{std::vector<MatrixXd>(state.nodes.size()), Column::Zero(up.rows())};
  for (Index leaf = 0; leaf < state.sites(); ++leaf) {
    MatrixXd& one = all.of_node[static_cast<std::size_t>(leaf)];
    one.resize(up.rows(), 2);
    one.col(1) = up.col(leaf);
    one.col(0) = (1 - up.col(leaf).array()).matrix();
  }
  for (Index joint = state.sites(); joint <= state.root(); ++joint) {
    const TreeNode& node = state.node(joint);
    const MatrixXd& T = state.tensor(joint);
    MatrixXd& own = all.of_node[static_cast<std::size_t>(joint)];
    own = MatrixXd::Zero(up.rows(), T.cols());
    linear::add_product(row_products(all.of_node[static_cast<std::size_t>(node.left)],
                                     all.of_node[static_cast<std::size_t>(node.right)]),
                        T, own);
    const Column largest = own.cwiseAbs().rowwise().maxCoeff().array();
    all.log_psi += largest.log();
    scale_rows(own);
  }
  return all;
}

TreeTensors gradient_of_log_psi(const TreeState& state, const UpMessages& up,
                                const Column& weight) {
  TreeTensors gradient = state.tensors;
  std::vector<MatrixXd> down(state.nodes.size());
  down.back() = MatrixXd::Ones(weight.size(), 1);
  for (Index joint = state.root(); joint >= state.sites(); --joint) {
    const TreeNode& node = state.node(joint);
    const MatrixXd& T = state.tensor(joint);
    const MatrixXd& a = up.of_node[static_cast<std::size_t>(node.left)];
    const MatrixXd& b = up.of_node[static_cast<std::size_t>(node.right)];
    MatrixXd& c = down[static_cast<std::size_t>(joint)];
    const MatrixXd products = row_products(a, b);
    MatrixXd onto = MatrixXd::Zero(products.rows(), T.cols());
    linear::add_product(products, T, onto);
    const Column psi = onto.cwiseProduct(c).rowwise().sum().array();
    const Eigen::VectorXd share = (weight != 0).select(weight / psi, 0).matrix();
    MatrixXd& own = gradient[static_cast<std::size_t>(joint - state.sites())];
    own.setZero();
    const MatrixXd scaled = share.asDiagonal() * c;
    linear::add_transposed_product(products, scaled, own);
    const Index left = state.bond(node.left);
    if (!state.is_leaf(node.left))
      down[static_cast<std::size_t>(node.left)] = message_down(T, {left, true}, b, c);
    if (!state.is_leaf(node.right))
      down[static_cast<std::size_t>(node.right)] = message_down(T, {left, false}, a, c);
    c.resize(0, 0);
  }
  return gradient;
}

std::vector<double> gradient_of_tree_log_z(const TreeState& state) {
  std::vector<MatrixXd> below(state.nodes.size(), MatrixXd::Identity(2, 2));
  for (Index joint = state.sites(); joint <= state.root(); ++joint) {
    const TreeNode& node = state.node(joint);
    const MatrixXd& T = state.tensor(joint);
    MatrixXd& own = below[static_cast<std::size_t>(joint)];
    own = T.transpose() * with_sums(T, below[static_cast<std::size_t>(node.left)],
                                    below[static_cast<std::size_t>(node.right)]);
    own /= own.trace();
  }
  TreeTensors gradient = state.tensors;
  std::vector<MatrixXd> above(state.nodes.size());
  above.back() = MatrixXd::Ones(1, 1);
  for (Index joint = state.root(); joint >= state.sites(); --joint) {
    const TreeNode& node = state.node(joint);
    const MatrixXd& T = state.tensor(joint);
    const MatrixXd& on_left = below[static_cast<std::size_t>(node.left)];
    const MatrixXd& on_right = below[static_cast<std::size_t>(node.right)];
    const MatrixXd outside = T * above[static_cast<std::size_t>(joint)];
    MatrixXd& own = gradient[static_cast<std::size_t>(joint - state.sites())];
    own = with_sums(outside, on_left, on_right);
    own *= 2 / own.cwiseProduct(T).sum();
    const Index left = on_left.rows(), right = on_right.rows();
    above[static_cast<std::size_t>(node.left)] =
        sum_onto(T, with_sums(outside, MatrixXd::Identity(left, left), on_right), left, true);
    above[static_cast<std::size_t>(node.right)] =
        sum_onto(T, with_sums(outside, on_left, MatrixXd::Identity(right, right)), left, false);
  }
  return pack(gradient);
}

}  // namespace nmc
