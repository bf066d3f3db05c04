#pragma once

#include <vector>

#include "core/roles/pair_labels.hpp"
#include "physics/exact/answer.hpp"

namespace nmc {

/// Orbits of the states of 1 … `sites` sites under the symmetries that the couplings have without
/// fields: of q! permutations the partitions of the sites into at most q sets, Σ_{k≤q} S(n, k) with
/// Stirling's numbers of the second kind, of q rotations q^{n−1}; q^n where `has_field`. Beyond
/// 1e300 infinite, and so are those that follow.
[[nodiscard]] std::vector<double> label_orbits(const LabelCoupling& coupling, bool has_field,
                                               Index sites);

/// CPU seconds of enumerate_labels(), estimated.
[[nodiscard]] double label_enumeration_seconds(const PairLabels& labels);

/// Sum over all q^N states, one of each orbit of the symmetries that the couplings have: without
/// fields the q! permutations of the labels of a Potts model, the q rotations of a clock model.
/// lnZ, energy, heat, ground state with its degeneracy, and the moments of the order parameter
/// whose square is Σ_ij g(s_i, s_j)/N², g = 1 for equal labels and of mean 0 over the labels of a
/// site, as −e of the model says.
[[nodiscard]] Exact enumerate_labels(const PairLabels& labels);

}  // namespace nmc
