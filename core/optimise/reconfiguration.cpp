#include "core/optimise/reconfiguration.hpp"

#include "core/errors.hpp"
#include "core/linear/dense.hpp"

namespace nmc {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

VectorXd transposed_times(const MatrixXd& O, const VectorXd& x) {
  MatrixXd product = MatrixXd::Zero(O.cols(), 1);
  linear::add_transposed_product(O, x, product);
  return product.col(0);
}

// S in the memory of the step before.
VectorXd in_parameters(const ScoreRows& rows, const VectorXd& e, double shift, MatrixXd& S) {
  const auto n = static_cast<double>(rows.samples);
  S.setZero(rows.O.cols(), rows.O.cols());
  linear::add_transposed_gram(rows.O, S);
  S.diagonal().array() += n * shift;
  return linear::solve_positive(S, transposed_times(rows.O, e));
}

VectorXd in_samples(const ScoreRows& rows, const VectorXd& e, double shift, MatrixXd& gram) {
  const auto n = static_cast<double>(rows.samples);
  gram.setZero(rows.O.rows(), rows.O.rows());
  linear::add_gram(rows.O, gram);
  gram.diagonal().array() += n * shift;
  return transposed_times(rows.O, linear::solve_positive(gram, e));
}

}  // namespace

Reconfiguration::Reconfiguration(Index parameters, const ReconfigurationOptions& options)
    : options_(options), last_(VectorXd::Zero(parameters)) {
  require(options.momentum >= 0 && options.momentum < 1,
          "the momentum of stochastic reconfiguration lies in [0, 1)");
}

const VectorXd& Reconfiguration::direction(const ScoreRows& rows, double shift) {
  require(rows.O.cols() == last_.size() && rows.O.rows() == rows.e.size(),
          "scores of another number of parameters or samples");
  if (!rows.O.allFinite() || !rows.e.allFinite())
    throw NumericalError("a local energy or a score of the wave function is not finite");
  VectorXd e = rows.e;
  if (options_.momentum > 0) e -= options_.momentum * (rows.O * last_);
  VectorXd next = options_.form == Reconfigure::parameters ? in_parameters(rows, e, shift, matrix_)
                                                           : in_samples(rows, e, shift, matrix_);
  last_ = options_.momentum * last_ + next;
  return last_;
}

std::vector<double> Reconfiguration::state() const {
  return {last_.data(), last_.data() + last_.size()};
}

void Reconfiguration::set_state(std::span<const double> state) {
  require(std::ssize(state) == last_.size(), "the state of another number of parameters");
  last_ = VectorXd::Map(state.data(), last_.size());
}

double Reconfiguration::bytes(Reconfigure form, Index rows, Index parameters) {
  const auto r = static_cast<double>(rows), p = static_cast<double>(parameters);
  const double side = form == Reconfigure::parameters ? p : r;
  return static_cast<double>(sizeof(double)) * (side * side + r * p);
}

MatrixXd score_covariance(const ScoreRows& rows) {
  return rows.O.transpose() * rows.O / static_cast<double>(rows.samples);
}

VectorXd energy_gradient(const ScoreRows& rows) {
  return rows.O.transpose() * rows.e / static_cast<double>(rows.samples);
}

}  // namespace nmc
