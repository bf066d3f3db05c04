#pragma once

#include <vector>

#include "core/roles/pair_labels.hpp"
#include "samplers/cluster/label_bonds.hpp"
#include "samplers/local/label_tables.hpp"

/// Transition matrices of the kernels of labels by enumeration. State Σ s_i q^i.
namespace nmc::test {

/// All states, (q^N, N).
[[nodiscard]] Batch all_label_states(const LabelTarget& target);
/// Normalised weights of all states.
[[nodiscard]] Eigen::VectorXd label_weights(const LabelTarget& target);

/// One visit of a site by the words that LabelTables compares with.
[[nodiscard]] Eigen::MatrixXd label_visit(const PairLabels& target, LocalRule rule, Index site);
/// One visit of each site of `order`.
[[nodiscard]] Eigen::MatrixXd label_sweep(const PairLabels& target, LocalRule rule,
                                          const std::vector<Index>& order);
/// One cluster of LabelWolffWalk, one step of LabelSwendsenWangWalk.
[[nodiscard]] Eigen::MatrixXd label_wolff(const LabelBonds& bonds);
[[nodiscard]] Eigen::MatrixXd label_swendsen_wang(const LabelBonds& bonds);

}  // namespace nmc::test
