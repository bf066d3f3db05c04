#include "models/born_machines/tree_sweeper.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/errors.hpp"
#include "core/linear/dense.hpp"
#include "models/born_machines/tree_messages.hpp"

namespace nmc {
namespace {

using Eigen::MatrixXd;

/// The tensor of a joint as (one child, other child · up), the other index first.
MatrixXd turned(const MatrixXd& T, Index left, bool is_left) {
  const Index right = T.rows() / left, own = is_left ? left : right, other = is_left ? right : left;
  MatrixXd wide(own, other * T.cols());
  for (Index l = 0; l < left; ++l)
    for (Index r = 0; r < right; ++r)
      for (Index p = 0; p < T.cols(); ++p)
        wide(is_left ? l : r, (is_left ? r : l) * T.cols() + p) = T(l * right + r, p);
  return wide;
}

/// And back.
MatrixXd turned_back(const MatrixXd& wide, Index other, bool is_left) {
  const Index own = wide.rows(), up = wide.cols() / other;
  const Index right = is_left ? other : own;
  MatrixXd T(own * other, up);
  for (Index i = 0; i < own; ++i)
    for (Index j = 0; j < other; ++j)
      for (Index p = 0; p < up; ++p)
        T(is_left ? i * right + j : j * right + i, p) = wide(i, j * up + p);
  return T;
}

MatrixXd leaves_of(const SpinData& data) {
  MatrixXd up(data.count(), data.places());
  for (Index place = 0; place < data.places(); ++place)
    for (Index c = 0; c < data.count(); ++c)
      up(c, place) = data.up[static_cast<std::size_t>(place)][static_cast<std::size_t>(c)];
  return up;
}

}  // namespace

TreeSweeper::TreeSweeper(TreeState state, const SpinData& data, const PairOptions& options)
    : state_(up_canonical(std::move(state)).state),
      data_(data),
      options_(options),
      down_(state_.nodes.size()) {
  UpMessages messages = messages_up(state_, leaves_of(data));
  require(
      messages.log_psi.isFinite().all(),
      "Ψ = 0 on a configuration of the data, whose likelihood has no gradient there: begin with "
      "a network that allows all of them, one that is not trained yet");
  up_ = std::move(messages.of_node);
  down_.back() = MatrixXd::Ones(data.count(), 1);
}

void TreeSweeper::sweep() {
  visit(state_.root());
}

void TreeSweeper::visit(Index joint) {
  for (const Index child : {state_.node(joint).left, state_.node(joint).right})
    if (!state_.is_leaf(child)) {
      learn_pair(joint, child, Way::down);
      visit(child);
      learn_pair(joint, child, Way::up);
    }
}

void TreeSweeper::learn_pair(Index above, Index below, Way way) {
  const TreeNode& joint = state_.node(above);
  const bool is_left = below == joint.left;
  const Index other = is_left ? joint.right : joint.left;
  const MatrixXd wide = turned(state_.tensor(above), state_.bond(joint.left), is_left);
  PairTensor theta;
  theta[0] = state_.tensor(below) * wide;
  std::array<PairClass, 4> all;
  all[0] = {row_products(up(state_.node(below).left), up(state_.node(below).right)),
            row_products(up(other), down(above)), data_.weight};
  const MatrixXd from_below = all[0].left, from_above = all[0].right;
  PairLikelihood(std::move(all)).improve(theta, options_.steps);
  cut(above, below, theta[0], way);
  if (way == Way::down) {
    down(below) =
        from_above * turned(state_.tensor(above), state_.bond(joint.left), is_left).transpose();
    scale_rows(down(below));
  } else {
    up(below) = from_below * state_.tensor(below);
    scale_rows(up(below));
  }
}

// θ = U S Vᵀ between what lies below and all else; S goes where the sweep goes, with the norm that
// the values that were left out take away.
void TreeSweeper::cut(Index above, Index below, const MatrixXd& theta, Way way) {
  const TreeNode& joint = state_.node(above);
  const bool is_left = below == joint.left;
  const Index other = state_.bond(is_left ? joint.right : joint.left);
  const linear::Svd svd = linear::thin_svd(theta);
  const Index enough = (svd.values.array() > options_.cutoff * svd.values(0)).count();
  const Index kept = std::min(enough, options_.chi);
  const Eigen::VectorXd values = svd.values.head(kept).normalized();
  MatrixXd U = svd.U.leftCols(kept), Vt = svd.Vt.topRows(kept);
  if (way == Way::down)
    U = (U * values.asDiagonal()).eval();
  else
    Vt = (values.asDiagonal() * Vt).eval();
  state_.tensor(below) = U;
  state_.tensor(above) = turned_back(Vt, other, is_left);
}

}  // namespace nmc
