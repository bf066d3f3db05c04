#include "models/born_machines/canonical.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/errors.hpp"
#include "core/linear/dense.hpp"
#include "core/linear/factors.hpp"

namespace nmc {
namespace {

using Eigen::MatrixXd;

/// Both matrices of a site one upon the other, (2 left, right).
MatrixXd upright(const SpinMatrices& A) {
  MatrixXd both(2 * A[0].rows(), A[0].cols());
  both << A[0], A[1];
  return both;
}

SpinMatrices from_upright(const MatrixXd& both) {
  const Index left = both.rows() / 2;
  return {both.topRows(left), both.bottomRows(left)};
}

}  // namespace

RightCanonical right_canonical(std::vector<SpinMatrices> chain) {
  RightCanonical state{std::move(chain), 0};
  MatrixXd kept = MatrixXd::Identity(1, 1);
  for (std::size_t place = state.chain.size(); place-- > 0;) {
    SpinMatrices& A = state.chain[place];
    MatrixXd across(2 * kept.cols(), A[0].rows());  // (s, right) by left
    across << (A[0] * kept).transpose(), (A[1] * kept).transpose();
    const linear::ThinQr qr = linear::thin_qr(across);
    for (std::size_t s = 0; s < 2; ++s)
      A[s] = qr.Q.middleRows(static_cast<Index>(s) * kept.cols(), kept.cols()).transpose();
    kept = qr.R.transpose();
    const double largest = kept.cwiseAbs().maxCoeff();
    require(std::isfinite(largest),
            "the matrices of a Born machine hold a number that is not finite");
    require(largest > 0, "Ψ = 0 for all configurations: no density can be made of it");
    kept /= largest;
    state.log_norm += std::log(largest);
  }
  state.log_norm += std::log(std::abs(kept(0, 0)));
  if (kept(0, 0) < 0)  // the sign stays with Ψ
    for (MatrixXd& of_spin : state.chain.front()) of_spin = -of_spin;
  return state;
}

std::vector<Eigen::VectorXd> schmidt_values(const RightCanonical& state) {
  std::vector<Eigen::VectorXd> values;
  MatrixXd R = MatrixXd::Identity(1, 1);
  for (std::size_t place = 0; place + 1 < state.chain.size(); ++place) {
    const SpinMatrices& C = state.chain[place];
    R = linear::qr_triangle(upright({R * C[0], R * C[1]}));
    values.push_back(linear::thin_svd(R).values);
  }
  return values;
}

std::vector<SpinMatrices> mixed_canonical(RightCanonical state, Index centre, double cutoff) {
  std::vector<SpinMatrices>& chain = state.chain;
  for (Index place = 0; place < centre; ++place) {
    SpinMatrices& A = chain[static_cast<std::size_t>(place)];
    const linear::Svd svd = linear::thin_svd(upright(A));
    const Eigen::VectorXd& values = svd.values;
    const Index kept = std::max<Index>(1, (values.array() > cutoff * values(0)).count());
    A = from_upright(svd.U.leftCols(kept));
    const MatrixXd on = values.head(kept).asDiagonal() * svd.Vt.topRows(kept);
    for (MatrixXd& of_spin : chain[static_cast<std::size_t>(place + 1)]) of_spin = on * of_spin;
  }
  SpinMatrices& middle = chain[static_cast<std::size_t>(centre)];
  const double norm = std::hypot(middle[0].norm(), middle[1].norm());
  for (MatrixXd& of_spin : middle) of_spin /= norm;
  return std::move(chain);
}

double entanglement_entropy(const Eigen::VectorXd& values) {
  double entropy = 0;
  for (const double value : values)
    if (value > 0) entropy -= 2 * value * value * std::log(value);
  return entropy;
}

}  // namespace nmc
