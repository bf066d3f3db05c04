#pragma once

#include <functional>

#include "physics/systems/xy.hpp"
#include "samplers/hamiltonian/hmc.hpp"
#include "samplers/proposal/random_walk.hpp"

/// πP = π of the samplers of angles by quadrature: the kernels themselves, told their random
/// numbers, against all numbers and all angles there are. What is left is rounding.
namespace nmc::test {

/// Where a kernel that is told u and v takes a batch, when it moves one site.
struct ToldMove {
  Batch theta;         ///< after, (rows, sites)
  Column probability;  ///< of the move (Metropolis), or 1 and 0 as the attempt is taken (heat bath)
};
/// Moves `site` alone, whatever the sweep would do to the others.
using SiteKernel =
    std::function<ToldMove(const Batch& theta, Index site, const Column& u, const Column& v)>;

/// sweep_metropolis of these couplings, with proposals of this width.
[[nodiscard]] SiteKernel metropolis_kernel(const XyModel& model, double width);
/// sweep_heat_bath, one attempt at a draw.
[[nodiscard]] SiteKernel heat_bath_kernel(const XyModel& model);
/// reflect(); u and v are not read.
[[nodiscard]] SiteKernel reflection_kernel(const XyModel& model);

/// Largest |∫ π (P f − f)| / ∫ π over one site, the others fixed anywhere, for f = e^{imθ}, |m| ≤
/// 6, and over all sites; P by integration over u. As this holds for all angles of the other sites,
/// it holds for every f of all of them.
///
/// min(1, π'/π) has kinks where θ' = θ and where it is θ's mirror image about the field: panels of
/// Gauss-Legendre end there.
[[nodiscard]] double metropolis_defect(const XyModel& model, double width,
                                       const SiteKernel& kernel);
/// Decides by v < probability: 0, or 1 where it moves at v = probability or stays just below.
[[nodiscard]] double decision_defect(const SiteKernel& kernel, Index sites);
/// Draws do not look at the old angle: ∫ α(u) f(θ'(u)) du / ∫ α = ∫ π f / ∫ π, where an attempt is
/// taken for v < α(u), found by bisection. Refused attempts must leave the angle.
[[nodiscard]] double heat_bath_defect(const XyModel& model, const SiteKernel& kernel);
/// ∫ π (f(θ') − f(θ)) / ∫ π of a map of one angle, and the change of ln π.
[[nodiscard]] double reflection_defect(const XyModel& model, const SiteKernel& kernel);

/// Single clusters about one direction r turn a configuration into one of the 2^sites that differ
/// by reflections of angles. On such an orbit the walk of AngleWolff is a chain of finitely many
/// states: largest |πP − π| and violation of detailed balance over some orbits, all decisions
/// enumerated. `walk` gives couplings and β, `model` the density.
[[nodiscard]] double wolff_defect(const XyModel& model, const XyModel& walk);

/// A proposal told its normals: where it leads, the normals that lead back, and the probability
/// with which MetropolisHastings takes it.
struct PhaseMove {
  Batch theta, xi;
  Column probability;
};
using PhaseKernel = std::function<PhaseMove(const Batch& theta, const Batch& xi)>;

[[nodiscard]] PhaseKernel hmc_phase_kernel(const Target& target, const HmcOptions& options);
[[nodiscard]] PhaseKernel walk_phase_kernel(const Target& target, const RandomWalkOptions& options);

/// A proposal T with normals leaves π invariant if T undoes itself, keeps volume, and its flow
/// w α, w = π N(ξ), is that of the way back; then ∫ w α (f∘T − f) = 0 for every f.
/// Largest |T T z − z| and |ln w α (T z) − ln w α (z)| over random points z.
[[nodiscard]] double flow_defect(const Target& target, const PhaseKernel& kernel);
/// Largest |∫ w(Tz) f(Tz) dz − ∫ w f| / ∫ w, f = 1, e^{iθ_j}, e^{i(θ_1 − θ_2)} and e^{2iθ_1}, by
/// the trapezoidal rule, which converges exponentially; one or two angles.
[[nodiscard]] double phase_volume_defect(const Target& target, const PhaseKernel& kernel);

}  // namespace nmc::test
