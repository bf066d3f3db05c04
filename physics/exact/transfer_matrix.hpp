#pragma once

#include "core/spins/graph.hpp"
#include "physics/exact/answer.hpp"
#include "physics/exact/frontier_plan.hpp"
#include "physics/exact/spin_polynomial.hpp"

namespace nmc {

/// lnZ, energy, heat and ground state by a sweep along a plan that carries, for each state of the
/// frontier, the least energy so far and Σ w, Σ w ε, Σ w ε² about it with w = e^{−βε}: the Taylor
/// series of Z in β to second order, with the energy gauged so that nothing cancels or underflows
/// at any temperature. The degeneracy is exact up to 2^53, and empty beyond.
[[nodiscard]] Exact transfer_matrix(const SpinPolynomial& terms, const FrontierPlan& plan,
                                    double beta, int threads);

/// ⟨|m|⟩, ⟨m²⟩, ⟨m⁴⟩ from the distribution of the magnetisation: for each state of the frontier one
/// number per count of up spins. N <= 1000, so that 2^N is a double.
inline constexpr Index magnetisation_limit = 1000;
struct MagnetisationMoments {
  double abs_m = 0, m2 = 0, m4 = 0;
};
[[nodiscard]] MagnetisationMoments magnetisation_moments(const SpinPolynomial& terms,
                                                         const FrontierPlan& plan, double beta,
                                                         int threads);

struct LevelCount {
  Index lowest = 1;  ///< how many levels from the ground state up; all: levels.count
  int threads = 1;
};
/// The lowest of the levels, those without states left out: a sweep with exact integers, N <= 512.
[[nodiscard]] std::vector<Level> count_levels(const SpinPolynomial& terms, const FrontierPlan& plan,
                                              const EnergyLevels& levels, const LevelCount& count);
inline constexpr Index count_limit = 512;

/// CPU seconds that they take, estimated.
[[nodiscard]] double transfer_matrix_seconds(const FrontierPlan& plan);
[[nodiscard]] double magnetisation_seconds(const FrontierPlan& plan);
[[nodiscard]] double count_levels_seconds(const FrontierPlan& plan, const EnergyLevels& levels,
                                          Index count);

}  // namespace nmc
