#pragma once

#include <memory>

#include "core/roles/latent_target.hpp"
#include "physics/systems/dual_ising.hpp"
#include "samplers/hamiltonian/hmc.hpp"
#include "tests/contracts/kernel_quadrature.hpp"
#include "tests/samplers/test_densities.hpp"

namespace nmc::test {

/// ln p = −x⁴/4 + x/2 on one site: neither quadratic nor even.
class Tilted final : public Target {
 public:
  [[nodiscard]] Index sites() const override { return 1; }
  [[nodiscard]] Support support() const override { return Support::real; }
  [[nodiscard]] bool is_differentiable() const override { return true; }
  [[nodiscard]] Column log_density(const Batch& x) const override;
  Column log_density_grad(const Batch& x, Batch& grad) const override;
};

/// Two steps of a size with an acceptance well below 1, no jitter, no tuning.
HmcOptions hmc_options();

/// What HmcTrajectory does on a one-site target. The density that must be invariant is the
/// target's.
OneSiteKernel hmc_kernel(const Target& target);
/// The same in the latent space of SineFlow; what must be invariant there is Tilted at g(z) times
/// g'(z), stated here without the class under test.
OneSiteKernel latent_kernel(const Target& latent);
/// x' = x + width·ξ.
OneSiteKernel walk_kernel(const Target& target, double width);

/// |(x, ξ) − F(F(x, ξ))| with F a trajectory followed by ξ → −ξ.
double reversibility_defect(const Target& target, const Mass& mass);
/// ||det ∂(X, Ξ)/∂(x, ξ)| − 1| by central differences of eighth order.
double volume_defect(const Target& target, const Mass& mass);

/// The dual field of one free spin, or of two coupled ones.
std::unique_ptr<DualIsing> small_field(Index sites);
/// Largest |(πP)(x') − π(x')| on a grid, P(x' | x) = Σ_s p(s | x) N(x'; m_s, C), with p(s | x), m_s
/// and C read off the class by chosen random numbers.
double block_gibbs_defect(Index sites);

}  // namespace nmc::test
