#pragma once

#include <vector>

#include "core/roles/pair_labels.hpp"
#include "physics/observables/observables.hpp"
#include "physics/observables/smallest_mode.hpp"

namespace nmc {

/// The order parameter of labels, a vector with one component for each column of `vectors`:
///   m = (1/N) Σ_i v(s_i),   v the rows of `vectors`, (q, components).
struct LabelVectors {
  Batch vectors;
};
/// The corners of a simplex, v_c(s) = √(q/(q − 1)) (δ(s, c) − 1/q): |m|² is
/// (q Σ_c (n_c/N)² − 1)/(q − 1), 1 in order and 1/N for independent labels (Wu, Rev. Mod. Phys. 54,
/// 235 (1982)).
[[nodiscard]] LabelVectors potts_vectors(Index states);
/// (cos 2πs/q, sin 2πs/q); (cos πs) where q = 2.
[[nodiscard]] LabelVectors clock_vectors(Index states);

/// energy, energy2 (its square), abs_m = |m|, m2, m4; on periodic lattices s_kmin =
/// |Σ v(s_x) e^{ikx}|²/N at the smallest wave vectors. The target must outlive them.
[[nodiscard]] Observables label_observables(const PairLabels& target, const LabelVectors& vectors,
                                            const Periodic& lattice);
/// m_max = (q max_a n_a/N − 1)/(q − 1), the Potts order parameter by its largest state.
[[nodiscard]] std::unique_ptr<Observable> largest_state(Index states);

}  // namespace nmc
