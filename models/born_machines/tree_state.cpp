#include "models/born_machines/tree_state.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "core/errors.hpp"
#include "core/linear/dense.hpp"
#include "core/linear/factors.hpp"

namespace nmc {
namespace {

using Eigen::MatrixXd;

/// T with a matrix put on one of the bonds below, (left · right, up).
MatrixXd put_on(const MatrixXd& T, const MatrixXd& on_left, const MatrixXd& on_right) {
  MatrixXd put(on_left.rows() * on_right.rows(), T.cols());
  for (Index p = 0; p < T.cols(); ++p) {
    // Column p as (right, left), since rows are l · right + r.
    const Eigen::Map<const MatrixXd> of(T.col(p).data(), on_right.cols(), on_left.cols());
    Eigen::Map<MatrixXd>(put.col(p).data(), on_right.rows(), on_left.rows()) =
        on_right * of * on_left.transpose();
  }
  return put;
}

/// A factor W of Σ Ψ² over all else but a child of a joint, W Wᵀ, as narrow as it can be: from that
/// of the joint, with all in canonical form.
MatrixXd below(const MatrixXd& T, const MatrixXd& W, Index left, bool is_left) {
  const MatrixXd all = T * W;  // (left · right, m)
  const Index right = all.rows() / left, columns = all.cols();
  MatrixXd wide(is_left ? left : right, (is_left ? right : left) * columns);
  for (Index m = 0; m < columns; ++m) {
    const Eigen::Map<const MatrixXd> of(all.col(m).data(), right, left);
    if (is_left)
      wide.middleCols(m * right, right) = of.transpose();
    else
      wide.middleCols(m * left, left) = of;
  }
  if (wide.cols() <= wide.rows()) return wide;
  return linear::qr_triangle(wide.transpose()).transpose();
}

/// Vectors on a bond, one a column, each with so many spins turned.
struct TurnedBasis {
  MatrixXd vectors;
  std::vector<Index> turned;
};

/// The products of two bases with the fewest spins turned, at most so many.
TurnedBasis joined(const TurnedBasis& left, const TurnedBasis& right, Index most) {
  std::vector<std::array<Index, 3>> pairs;  // turned, left, right
  for (std::size_t l = 0; l < left.turned.size(); ++l)
    for (std::size_t r = 0; r < right.turned.size(); ++r)
      pairs.push_back(
          {left.turned[l] + right.turned[r], static_cast<Index>(l), static_cast<Index>(r)});
  std::ranges::sort(pairs);
  const Index count = std::min<Index>(most, std::ssize(pairs));
  TurnedBasis both{MatrixXd(left.vectors.rows() * right.vectors.rows(), count), {}};
  for (Index k = 0; k < count; ++k) {
    const auto& [turned, l, r] = pairs[static_cast<std::size_t>(k)];
    const MatrixXd product =
        row_products(left.vectors.col(l).transpose(), right.vectors.col(r).transpose());
    both.vectors.col(k) = product.transpose();
    both.turned.push_back(turned);
  }
  return both;
}

}  // namespace

TreeState tree_state(const TreeSpec& spec, std::span<const double> numbers) {
  return {halved_tree(spec.sites), unpack(spec, numbers)};
}

std::vector<Index> bonds_of(const TreeState& state) {
  std::vector<Index> bonds;
  for (Index node = 0; node < std::ssize(state.nodes); ++node) bonds.push_back(state.bond(node));
  return bonds;
}

UpCanonical up_canonical(TreeState state) {
  UpCanonical tree{std::move(state), 0};
  TreeState& own = tree.state;
  // What each joint hands to the one above.
  std::vector<MatrixXd> handed(own.nodes.size(), MatrixXd::Identity(2, 2));
  for (Index joint = own.sites(); joint <= own.root(); ++joint) {
    const auto& on_left = handed[static_cast<std::size_t>(own.node(joint).left)];
    const auto& on_right = handed[static_cast<std::size_t>(own.node(joint).right)];
    const MatrixXd T = put_on(own.tensor(joint), on_left, on_right);
    const auto [Q, R] = linear::thin_qr(T);
    own.tensor(joint) = Q;
    const double largest = R.cwiseAbs().maxCoeff();
    require(std::isfinite(largest),
            "the tensors of a Born machine hold a number that is not finite");
    require(largest > 0, "Ψ = 0 for all configurations: no density can be made of it");
    tree.log_norm += std::log(largest);
    handed[static_cast<std::size_t>(joint)] = R / largest;
  }
  const double last = handed.back()(0, 0);
  tree.log_norm += std::log(std::abs(last));
  if (last < 0) own.tensors.back() = -own.tensors.back();  // the sign stays with Ψ
  return tree;
}

std::vector<Eigen::VectorXd> schmidt_values(const UpCanonical& tree) {
  const TreeState& state = tree.state;
  std::vector<MatrixXd> factor(state.nodes.size());
  factor.back() = MatrixXd::Ones(1, 1);
  for (Index joint = state.root(); joint >= state.sites(); --joint) {
    const TreeNode& node = state.node(joint);
    const MatrixXd& W = factor[static_cast<std::size_t>(joint)];
    const Index left = state.bond(node.left);
    factor[static_cast<std::size_t>(node.left)] = below(state.tensor(joint), W, left, true);
    factor[static_cast<std::size_t>(node.right)] = below(state.tensor(joint), W, left, false);
  }
  std::vector<Eigen::VectorXd> values;
  for (Index node = 0; node < state.root(); ++node)
    if (node != state.node(state.root()).right)
      values.push_back(linear::thin_svd(factor[static_cast<std::size_t>(node)]).values);
  return values;
}

TreeState independent_tree(const Column& up, Index chi) {
  const std::vector<Index> bonds = full_tree_bonds(up.size(), chi);
  TreeState state{halved_tree(up.size()), {}};
  std::vector<TurnedBasis> basis;
  for (const double share : up) {
    const double down = std::sqrt(1 - share), above = std::sqrt(share);
    basis.push_back({Eigen::Matrix2d{{down, -above}, {above, down}}, {0, 1}});
  }
  for (Index joint = up.size(); joint <= state.root(); ++joint) {
    const TreeNode& node = state.node(joint);
    TurnedBasis own =
        joined(basis[static_cast<std::size_t>(node.left)],
               basis[static_cast<std::size_t>(node.right)], bonds[static_cast<std::size_t>(joint)]);
    state.tensors.push_back(std::move(own.vectors));
    const Index bond = state.tensors.back().cols();
    basis.push_back({MatrixXd::Identity(bond, bond), std::move(own.turned)});
  }
  return state;
}

MatrixXd row_products(const MatrixXd& a, const MatrixXd& b) {
  MatrixXd products(a.rows(), a.cols() * b.cols());
  for (Index l = 0; l < a.cols(); ++l)
    for (Index r = 0; r < b.cols(); ++r)
      products.col(l * b.cols() + r) = a.col(l).cwiseProduct(b.col(r));
  return products;
}

void scale_rows(MatrixXd& rows) {
  const Eigen::ArrayXd largest = rows.cwiseAbs().rowwise().maxCoeff().array();
  const Eigen::VectorXd scale = (largest > 0).select(largest.inverse(), 1).matrix();
  rows = scale.asDiagonal() * rows;
}

}  // namespace nmc
