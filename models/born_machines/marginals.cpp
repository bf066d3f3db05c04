#include "models/born_machines/marginals.hpp"

#include <fmt/format.h>

#include <cmath>

#include "core/errors.hpp"

namespace nmc {
namespace {

using Eigen::MatrixXd;

/// Which of both matrices are summed over: one where the spin is given.
bool is_met(double given, std::size_t s) {
  return given == 0 || (given > 0) == (s == 1);
}

}  // namespace

Marginals::Sums Marginals::sum_from_right(const Batch& s, Index chain) const {
  Sums sums{std::vector<MatrixXd>(state_.chain.size() + 1), 0};
  sums.right.back() = MatrixXd::Identity(1, 1);
  for (std::size_t place = state_.chain.size(); place-- > 0;) {
    const double given = s(chain, spec_.site(static_cast<Index>(place)));
    const SpinMatrices& C = state_.chain[place];
    MatrixXd& R = sums.right[place];
    R = MatrixXd::Zero(C[0].rows(), C[0].rows());
    for (std::size_t k = 0; k < 2; ++k)
      if (is_met(given, k)) R += C[k] * sums.right[place + 1] * C[k].transpose();
    const double trace = R.trace();
    sums.log_total += std::log(trace);
    if (trace > 0) R /= trace;
  }
  return sums;
}

Column Marginals::log_marginal(const Batch& s) const {
  Column log_p(s.rows());
  for (Index chain = 0; chain < s.rows(); ++chain)
    log_p(chain) = sum_from_right(s, chain).log_total;
  return log_p;
}

double Marginals::fill_row(const Sums& sums, const Eigen::Ref<const Eigen::ArrayXXd>& u,
                           Index chain, Batch& s) const {
  Eigen::RowVectorXd v = Eigen::RowVectorXd::Ones(1);
  double log_p = 0;
  for (std::size_t place = 0; place < state_.chain.size(); ++place) {
    const auto at = static_cast<Index>(place);
    double& spin = s(chain, spec_.site(at));
    const SpinMatrices& C = state_.chain[place];
    if (spin == 0) {
      std::array<double, 2> weight;
      for (std::size_t k = 0; k < 2; ++k) {
        const Eigen::RowVectorXd next = v * C[k];
        weight[k] = std::max(0.0, (next * sums.right[place + 1]).dot(next));
      }
      const double up = weight[1] / (weight[0] + weight[1]);
      spin = u(chain, at) < up ? 1 : -1;
      log_p += spin > 0 ? std::log(up) : std::log1p(-up);
    }
    v = (v * C[spin > 0 ? 1 : 0]).eval();
    v /= v.cwiseAbs().maxCoeff();
  }
  return log_p;
}

Draw Marginals::fill(const Batch& s, const Streams& streams) const {
  Draw draw{s, Column(s.rows())};
  Batch u(s.rows(), spec_.sites);
  fill_uniform(streams, u);
  for (Index chain = 0; chain < s.rows(); ++chain) {
    const Sums sums = sum_from_right(s, chain);
    require(
        std::isfinite(sums.log_total),
        fmt::format("what configuration {} gives has probability 0: nothing can be drawn beside "
                    "it",
                    chain));
    draw.log_q(chain) = fill_row(sums, u, chain, draw.x);
  }
  return draw;
}

}  // namespace nmc
