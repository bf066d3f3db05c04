#include "samplers/learned/jump_loss.hpp"

#include <Eigen/Core>
#include <utility>
#include <vector>

#include "core/linear/factors.hpp"

namespace nmc {
namespace {

constexpr double kFloor = 0.01;       // of C in D: functions that never move cost 100, no more
constexpr double kJitter = 1e-9;      // of the trace, where there are fewer chains than features
constexpr Index kMostOfProducts = 8;  // sites

/// Pairs of sites whose product is a feature.
std::vector<std::pair<Index, Index>> products(Index sites) {
  std::vector<std::pair<Index, Index>> all;
  for (Index i = 0; i < sites; ++i)
    for (Index j = i; j < (sites <= kMostOfProducts ? sites : i + 1); ++j) all.emplace_back(i, j);
  return all;
}

Eigen::MatrixXd features(const Batch& y) {
  const auto pairs = products(y.cols());
  Eigen::MatrixXd f(y.rows(), y.cols() + std::ssize(pairs));
  f.leftCols(y.cols()) = y.matrix();
  Index at = y.cols();
  for (const auto& [i, j] : pairs) f.col(at++) = (y.col(i) * y.col(j)).matrix();
  return f;
}

/// The gradient by y from that by the features.
Batch features_vjp(const Batch& y, const Eigen::MatrixXd& g) {
  Batch by_y = g.leftCols(y.cols()).array();
  Index at = y.cols();
  for (const auto& [i, j] : products(y.cols())) {
    by_y.col(i) += g.col(at).array() * y.col(j);
    by_y.col(j) += g.col(at).array() * y.col(i);
    ++at;
  }
  return by_y;
}

}  // namespace

JumpSlopes jump_loss(const Jump& jump, double divergence_weight) {
  const auto chains = static_cast<double>(jump.from.rows());
  const Column& r = jump.log_ratio;
  const Column acceptance = r.min(0.0).exp();
  const Eigen::MatrixXd before = features(jump.from);
  const Eigen::MatrixXd move = features(jump.to) - before;
  const Eigen::MatrixXd centred = before.rowwise() - before.colwise().mean();
  const Eigen::MatrixXd C = centred.transpose() * centred / chains;
  Eigen::MatrixXd D =
      0.5 / chains * move.transpose() * (move.array().colwise() * acceptance).matrix() + kFloor * C;
  D.diagonal().array() += kJitter * C.trace();
  const Eigen::MatrixXd inverse = linear::inverse_of_positive(D);
  const auto count = static_cast<double>(D.rows());
  // d tr(C D^{-1}) = −tr(G dD), G = D^{-1} C D^{-1}.
  const Eigen::MatrixXd pull = move * (inverse * C * inverse) / (count * chains);
  const Column root = (1 + r.square()).sqrt();
  JumpSlopes slopes;
  slopes.loss = (C * inverse).trace() / count + divergence_weight * (root - 1).mean();
  const Column by_acceptance = -0.5 * (pull.array() * move.array()).rowwise().sum();
  slopes.by_ratio = (r < 0).select(Column(by_acceptance * acceptance), 0.0) +
                    divergence_weight / chains * (r / root);
  slopes.by_end = features_vjp(jump.to, (-(pull.array().colwise() * acceptance)).matrix());
  return slopes;
}

}  // namespace nmc
