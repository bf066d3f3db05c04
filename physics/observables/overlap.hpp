#pragma once

#include "physics/observables/observables.hpp"
#include "physics/observables/smallest_mode.hpp"
#include "physics/systems/ising.hpp"

namespace nmc {

/// Overlaps of two independent replicas a and b at the same temperature, numbers of pairs:
///   q = Σ_i q_i / N, q_i = s_i^a s_i^b; abs_q, q2, q4 of it; on periodic lattices q_kmin, the
///   structure factor of the q_i at the smallest wave vector;
///   q_link = Σ_bonds q_i q_j / bonds, q_link2, q_link4, which on a complete graph would say
///   nothing that q2 does not and are left out there.
/// They point to ising.
[[nodiscard]] Observables overlap_observables(const Ising& ising, const Periodic& lattice);

/// binder_q and binder_q_link, ½ (3 − ⟨q⁴⟩ / ⟨q²⟩²) (Bhatt and Young 1985), and
/// correlation_length_q, that of the q_i (Ballesteros et al. 2000).
[[nodiscard]] std::vector<Derived> overlap_derived(Index sites, const Periodic& lattice);

}  // namespace nmc
