#include "models/born_machines/mps_sweeper.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/errors.hpp"
#include "core/linear/dense.hpp"
#include "models/born_machines/canonical.hpp"

namespace nmc {
namespace {

using Eigen::MatrixXd;

/// Rows of `vectors` times the matrix of their spin; then 1 is the largest entry of a row.
MatrixXd multiplied(const MatrixXd& vectors, const SpinMatrices& A,
                    const std::vector<std::uint8_t>& up) {
  std::array<MatrixXd, 2> product;
  for (std::size_t s = 0; s < 2; ++s) {
    product[s] = MatrixXd::Zero(vectors.rows(), A[s].cols());
    linear::add_product(vectors, A[s], product[s]);
  }
  const Eigen::Map<const Eigen::Array<std::uint8_t, Eigen::Dynamic, 1>> spin(up.data(),
                                                                             vectors.rows());
  const auto is_up = (spin == 1).eval();
  MatrixXd next(vectors.rows(), A[0].cols());
  Column largest = Column::Zero(vectors.rows());
  for (Index j = 0; j < next.cols(); ++j) {
    next.col(j) = is_up.select(product[1].col(j).array(), product[0].col(j).array());
    largest = largest.max(next.col(j).array().abs());
  }
  const Column scale = (largest > 0).select(largest.inverse(), 1);
  for (Index j = 0; j < next.cols(); ++j) next.col(j).array() *= scale;
  return next;
}

SpinMatrices transposed(const SpinMatrices& A) {
  return {A[0].transpose(), A[1].transpose()};
}

MatrixXd gathered(const MatrixXd& rows, const std::vector<Index>& which) {
  return rows(which, Eigen::all);
}

/// (2 left, 2 right), the spins outside.
MatrixXd as_matrix(const PairTensor& theta) {
  const Index left = theta[0].rows(), right = theta[0].cols();
  MatrixXd matrix(2 * left, 2 * right);
  matrix << theta[0], theta[1], theta[2], theta[3];
  return matrix;
}

}  // namespace

MpsSweeper::MpsSweeper(const std::vector<SpinMatrices>& chain, const SpinData& data,
                       const PairOptions& options)
    : chain_(mixed_canonical(right_canonical(chain), 0)),
      data_(data),
      options_(options),
      left_(chain.size() + 1),
      right_(chain.size() + 1) {
  left_.front() = right_.back() = MatrixXd::Ones(data.count(), 1);
  for (std::size_t place = chain_.size(); place-- > 0;) extend_right(place);
  require(
      (right_.front().array() != 0).all(),
      "Ψ = 0 on a configuration of the data, whose likelihood has no gradient there: begin with "
      "a network that allows all of them, one that is not trained yet");
}

void MpsSweeper::extend_left(std::size_t place) {
  left_[place + 1] = multiplied(left_[place], chain_[place], data_.up[place]);
}

void MpsSweeper::extend_right(std::size_t place) {
  right_[place] = multiplied(right_[place + 1], transposed(chain_[place]), data_.up[place]);
}

void MpsSweeper::sweep() {
  const std::size_t pairs = chain_.size() - 1;
  for (std::size_t place = 0; place < pairs; ++place) learn_pair(place, Way::right);
  for (std::size_t place = pairs; place-- > 0;) learn_pair(place, Way::left);
}

std::array<PairClass, 4> MpsSweeper::classes(std::size_t place) const {
  std::array<std::vector<Index>, 4> members;
  for (Index c = 0; c < data_.count(); ++c) {
    const auto at = static_cast<std::size_t>(c);
    members[2 * data_.up[place][at] + data_.up[place + 1][at]].push_back(c);
  }
  std::array<PairClass, 4> classes;
  for (std::size_t k = 0; k < 4; ++k)
    classes[k] = {gathered(left_[place], members[k]), gathered(right_[place + 2], members[k]),
                  data_.weight(members[k])};
  return classes;
}

void MpsSweeper::learn_pair(std::size_t place, Way way) {
  PairTensor theta;
  for (std::size_t k = 0; k < 4; ++k) theta[k] = chain_[place][k / 2] * chain_[place + 1][k % 2];
  PairLikelihood(classes(place)).improve(theta, options_.steps);
  cut(place, theta, way);
  if (way == Way::right)
    extend_left(place);
  else
    extend_right(place + 1);
}

// θ = U S Vᵀ between (left, s) and (s', right); S goes where the sweep goes, with the norm that the
// values that were left out take away.
void MpsSweeper::cut(std::size_t place, const PairTensor& theta, Way way) {
  const linear::Svd svd = linear::thin_svd(as_matrix(theta));
  const Index above = (svd.values.array() > options_.cutoff * svd.values(0)).count();
  const Index kept = std::min(above, options_.chi);
  const Eigen::VectorXd values = svd.values.head(kept).normalized();
  MatrixXd U = svd.U.leftCols(kept), Vt = svd.Vt.topRows(kept);
  if (way == Way::right)
    Vt = (values.asDiagonal() * Vt).eval();
  else
    U = (U * values.asDiagonal()).eval();
  const Index left = theta[0].rows(), right = theta[0].cols();
  chain_[place] = {U.topRows(left), U.bottomRows(left)};
  chain_[place + 1] = {Vt.leftCols(right), Vt.rightCols(right)};
}

}  // namespace nmc
