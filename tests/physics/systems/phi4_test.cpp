#include "physics/systems/phi4.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "core/errors.hpp"
#include "physics/observables/phi4_observables.hpp"
#include "tests/physics/systems/target_checks.hpp"

namespace nmc {
namespace {

TEST(Phi4, AgreesWithTheTransferMatrixOnTheTwoByTwoTorus) {
  // conventions.md, section 5: lnZ 1.17318471 and χ = V⟨M²⟩ = 0.54420963 at λ = 6.975, m² = −4.
  // The integrand is e^{−60} beyond |φ| = 1.8; the trapezoidal rule at h = 0.12 is exact to 1e-9.
  const double step = 0.12;
  const Index side = 31;
  Batch phi(side * side * side * side, 4);
  for (Index row = 0; row < phi.rows(); ++row) {
    Index rest = row;
    for (Index i = 0; i < 4; ++i, rest /= side)
      phi(row, i) = step * static_cast<double>(rest % side - side / 2);
  }
  const double lambda = 6.975;
  const Phi4 theory(torus({2, 2}), -4, lambda);
  const Column weight = theory.log_density(phi).exp();
  const double Z = weight.sum();
  std::map<std::string, double> mean;
  for (const auto& observable : phi4_observables(theory))
    mean[observable->name()] = (weight * observable->measure(phi)).sum() / Z;
  EXPECT_NEAR(std::log(Z * std::pow(step, 4)), 1.17318471, 2e-8);
  EXPECT_NEAR(4 * mean["m2"], 0.54420963, 2e-8);
  EXPECT_NEAR(mean["action"], 0.5 - lambda * mean["phi4"], 1e-8);
}

TEST(Phi4, GradientIsDerivative) {
  const Phi4 theory({{4, 3}, {true, false}}, -4, 5);
  testing::expect_gradient_is_derivative(theory, testing::normals(5, 12));
  testing::expect_rows_are_independent(theory, testing::normals(9, 12));
}

TEST(Phi4, GivesAPlaneWaveItsLatticeMomentumInEveryDimension) {
  // φ = cos(k·x): Σ (φ − φ')² = Σ_μ 2 (1 − cos k_μ) Σ φ², and m² adds to it.
  const std::vector<Index> extents{5, 4, 3, 6};
  for (std::size_t dimension = 1; dimension <= 4; ++dimension) {
    const Lattice lattice =
        torus({extents.begin(), extents.begin() + static_cast<long>(dimension)});
    Batch phi(1, lattice.sites());
    double symbol = 0.7;
    for (const Index extent : lattice.extents)
      symbol += 2 * (1 - std::cos(2 * M_PI / static_cast<double>(extent)));
    for (Index site = 0; site < lattice.sites(); ++site) {
      double phase = 0.3;
      Index rest = site;
      for (const Index extent : lattice.extents) {
        phase += 2 * M_PI * static_cast<double>(rest % extent) / static_cast<double>(extent);
        rest /= extent;
      }
      phi(0, site) = std::cos(phase);
    }
    const double square = phi.square().sum();
    const double action = symbol * square + 1.5 * phi.square().square().sum();
    EXPECT_NEAR(Phi4(lattice, 0.7, 1.5).log_density(phi)(0), -action, 1e-12 * action) << dimension;
  }
}

TEST(Phi4, RefusesActionsWithoutLowerBound) {
  EXPECT_THROW(Phi4(torus({4, 4}), 1, -1), UserError);
  EXPECT_THROW(Phi4(torus({4, 4}), -1, 0), UserError);
}

}  // namespace
}  // namespace nmc
