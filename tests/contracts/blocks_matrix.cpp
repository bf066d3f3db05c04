#include "tests/contracts/blocks_matrix.hpp"

#include <array>

#include "tests/contracts/causal_architectures.hpp"

namespace nmc::test {
namespace {

/// p(block = column's state | the other block = row's state).
Eigen::MatrixXd conditional(const Blocks& blocks, Index block) {
  const auto at = [&](Index b) { return static_cast<std::size_t>(b); };
  const Index size = blocks.shapes()[at(block)].size;
  const Batch given = all_configurations(blocks.shapes()[at(1 - block)].size);
  const Batch to = all_configurations(size);
  std::array<Batch, 2> all;
  all[at(1 - block)] = given;
  Batch low = Batch::Zero(given.rows(), size), high = Batch::Ones(given.rows(), size);
  for (int step = 0; step < 55; ++step) {
    const Batch middle = 0.5 * (low + high);
    const auto is_up = (blocks.draw(block, all, middle) > 0).eval();
    low = is_up.select(middle, low);
    high = is_up.select(high, middle);
  }
  const Batch up = 0.5 * (low + high);
  Eigen::MatrixXd p = Eigen::MatrixXd::Ones(given.rows(), to.rows());
  for (Index state = 0; state < to.rows(); ++state)
    for (Index i = 0; i < size; ++i)
      p.col(state).array() *= to(state, i) > 0 ? up.col(i) : (1 - up.col(i)).eval();
  return p;
}

}  // namespace

Eigen::MatrixXd block_gibbs_matrix(const Blocks& blocks) {
  return conditional(blocks, 1) * conditional(blocks, 0);
}

Eigen::MatrixXd log_joint_table(const Blocks& blocks) {
  const Batch x = all_configurations(blocks.shapes()[0].size);
  const Batch y = all_configurations(blocks.shapes()[1].size);
  Eigen::MatrixXd table(x.rows(), y.rows());
  for (Index state = 0; state < y.rows(); ++state) {
    const std::array<Batch, 2> all{x, y.row(state).replicate(x.rows(), 1)};
    table.col(state) = blocks.log_joint(all).matrix();
  }
  return table;
}

Eigen::MatrixXd block_gibbs_matrix_of_joint(const Blocks& blocks) {
  const Eigen::ArrayXXd joint = log_joint_table(blocks).array().exp();
  const Eigen::MatrixXd down = (joint.colwise() / joint.rowwise().sum()).matrix();
  const Eigen::MatrixXd up = (joint.rowwise() / joint.colwise().sum()).matrix();
  return down * up.transpose();
}

}  // namespace nmc::test
