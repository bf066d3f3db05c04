#pragma once

#include <Eigen/Core>

#include "core/interfaces.hpp"

namespace nmc::test {

/// T(x, x') of drawing block 1 given x and block 0 given that, both of spins: all states of block
/// 0, numbered as by all_configurations(). The probabilities are read off draw() itself: the
/// uniforms at which its spins turn over, by bisection.
[[nodiscard]] Eigen::MatrixXd block_gibbs_matrix(const Blocks& blocks);
/// The same from log_joint() alone.
[[nodiscard]] Eigen::MatrixXd block_gibbs_matrix_of_joint(const Blocks& blocks);
/// log_joint of every state of block 0 (rows) with every state of block 1 (columns), both of spins.
[[nodiscard]] Eigen::MatrixXd log_joint_table(const Blocks& blocks);

}  // namespace nmc::test
