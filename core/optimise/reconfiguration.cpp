#include "core/optimise/reconfiguration.hpp"

#include <algorithm>

#include "core/errors.hpp"
#include "core/linear/dense.hpp"

namespace nmc {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

const char* const kNotFinite = "a local energy or a score of the wave function is not finite";

const MatrixXd& finite_block(ScoreBlocks& O, Index k) {
  const MatrixXd& block = O.block(k);
  if (!block.allFinite()) throw NumericalError(kNotFinite);
  return block;
}

/// Calls use(block, its first row) for all, in their order.
template <class Use>
void over_blocks(ScoreBlocks& O, const Use& use) {
  for (Index k = 0; k < O.blocks(); ++k) use(finite_block(O, k), O.first_row(k));
}

void add_transposed_times(const MatrixXd& O, const Eigen::Ref<const MatrixXd>& x, MatrixXd& sum) {
  linear::add_transposed_product(O, x, sum);
}

/// Ōᵀ x.
VectorXd transposed_times(ScoreBlocks& O, const VectorXd& x) {
  MatrixXd sum = MatrixXd::Zero(O.parameters(), 1);
  over_blocks(O, [&](const MatrixXd& block, Index first) {
    add_transposed_times(block, x.segment(first, block.rows()), sum);
  });
  return sum.col(0);
}

/// ε − μ Ō δ' and the rest of a step.
struct Step {
  const ScoreRows& rows;
  const VectorXd& last;
  double momentum, shift;
  [[nodiscard]] VectorXd left(const MatrixXd& block, Index first) const {
    VectorXd e = rows.e.segment(first, block.rows());
    if (momentum > 0) e -= momentum * (block * last);
    return e;
  }
  [[nodiscard]] double ridge() const { return static_cast<double>(rows.samples) * shift; }
};

// S in the memory of the step before.
VectorXd in_parameters(const Step& step, MatrixXd& S) {
  ScoreBlocks& O = step.rows.O;
  S.setZero(O.parameters(), O.parameters());
  MatrixXd F = MatrixXd::Zero(O.parameters(), 1);
  over_blocks(O, [&](const MatrixXd& block, Index first) {
    linear::add_transposed_gram(block, S);
    add_transposed_times(block, step.left(block, first), F);
  });
  S.diagonal().array() += step.ridge();
  return linear::solve_positive(S, F.col(0));
}

// The lower triangle of Ō Ōᵀ, a group of blocks that stay against one after the other of those
// from the group on: each pair is multiplied once, wherever it falls.
void fill_gram(ScoreBlocks& O, MatrixXd& gram) {
  const Index blocks = O.blocks(), group = std::max<Index>(1, O.held() - 1);
  for (Index first = 0; first < blocks; first += group) {
    const Index end = std::min(first + group, blocks);
    for (Index row = first; row < blocks; ++row) {
      const MatrixXd& below = O.block(row);
      for (Index column = first; column < std::min(end, row + 1); ++column) {
        auto part = gram.block(O.first_row(row), O.first_row(column), below.rows(),
                               O.first_row(column + 1) - O.first_row(column));
        if (row == column)
          linear::add_gram(below, part);
        else
          linear::add_product_transposed(below, O.block(column), part);
      }
    }
  }
}

VectorXd in_samples(const Step& step, MatrixXd& gram) {
  ScoreBlocks& O = step.rows.O;
  require(O.blocks() == 1 || O.held() >= 2, "products of two blocks need both");
  VectorXd e(O.rows());
  over_blocks(O, [&](const MatrixXd& block, Index first) {
    e.segment(first, block.rows()) = step.left(block, first);
  });
  gram.setZero(O.rows(), O.rows());
  fill_gram(O, gram);
  gram.diagonal().array() += step.ridge();
  return transposed_times(O, linear::solve_positive(gram, std::move(e)));
}

}  // namespace

Reconfiguration::Reconfiguration(Index parameters, const ReconfigurationOptions& options)
    : options_(options), last_(VectorXd::Zero(parameters)) {
  require(options.momentum >= 0 && options.momentum < 1,
          "the momentum of stochastic reconfiguration lies in [0, 1)");
}

const VectorXd& Reconfiguration::direction(const ScoreRows& rows, double shift) {
  require(rows.O.parameters() == last_.size() && rows.O.rows() == rows.e.size(),
          "scores of another number of parameters or samples");
  if (!rows.e.allFinite()) throw NumericalError(kNotFinite);
  const Step step{rows, last_, options_.momentum, shift};
  const VectorXd next = options_.form == Reconfigure::parameters ? in_parameters(step, matrix_)
                                                                 : in_samples(step, matrix_);
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

double Reconfiguration::matrix_bytes(Reconfigure form, Index rows, Index parameters) {
  const auto side = static_cast<double>(form == Reconfigure::parameters ? parameters : rows);
  return static_cast<double>(sizeof(double)) * side * side;
}

VectorXd energy_gradient(const ScoreRows& rows) {
  if (!rows.e.allFinite()) throw NumericalError(kNotFinite);
  return transposed_times(rows.O, rows.e) / static_cast<double>(rows.samples);
}

MatrixXd score_covariance(const ScoreRows& rows) {
  MatrixXd S = MatrixXd::Zero(rows.O.parameters(), rows.O.parameters());
  over_blocks(rows.O, [&](const MatrixXd& block, Index) { S += block.transpose() * block; });
  return S / static_cast<double>(rows.samples);
}

}  // namespace nmc
