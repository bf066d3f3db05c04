#pragma once

#include "core/fields/coupled_angles.hpp"

/// Single angles of all chains of a chunk at a time, chains side by side in vectors. The field on a
/// site is (a, b) = Σ_j J (cos θ_j, sin θ_j) + (h, 0), so that its angle has the density
/// e^{β (a cos θ + b sin θ)}.
namespace nmc::angle_detail {

struct AngleChains {
  const AngleCouplings* couplings;
  Index chains;
  double beta;
  double *theta, *cosine, *sine;  ///< (chains, sites) each, of the same angles
};

/// Of one site, (chains) each.
struct AngleFields {
  double *a, *b;
};
void local_fields(const AngleChains& of, Index site, const AngleFields& fields);

/// θ + width·(2u − 1), taken where v < min(1, e^{−βΔH}), whose values are added to `probability`;
/// (chains) each.
struct AngleProposals {
  double width;
  const double *u, *v;
  double* probability;
};
void propose(const AngleChains& of, Index site, const AngleProposals& proposals);

/// θ ← 2φ − θ about the angle φ of the field: H stays, as does a site without a field.
void reflect(const AngleChains& of, Index site);

/// Attempts at angles of density e^{κ cos δ} by rejection from the wrapped Cauchy density (Best and
/// Fisher, Appl. Statist. 28, 152 (1979)), at least 2/3 of which succeed whatever κ >= 0 is. With
///   q = ½ (1 + 1/(√(1 + 4κ²) + 2κ)),  g² = q/(q + 2κ),
/// which are their κ (r − 1) and (r − 1)/(r + 1) without cancellation, an attempt is
///   tan(δ/2) = g tan(π (u − ½)),  taken where ln c + 1 − c >= ln v,  c = q + 2κ sin²(δ/2).
struct VonMises {
  Index count;
  const double *kappa, *u, *v;
  double *delta, *is_taken;  ///< is_taken 1 or 0
};
void draw_von_mises(const VonMises& attempts);

/// θ ← φ + δ where is_taken, φ the angle of the field.
void turn(const AngleChains& of, Index site, const AngleFields& fields, const VonMises& drawn);

}  // namespace nmc::angle_detail
