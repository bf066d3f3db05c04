#include "physics/exact/phi4_exact.hpp"

#include <gtest/gtest.h>

#include <Eigen/Cholesky>
#include <cmath>
#include <numbers>
#include <string>

#include "physics/exact/free_field_exact.hpp"
#include "physics/systems/phi4.hpp"

namespace nmc {
namespace {

TEST(Phi4Exact, AgreesWithTheConventions) {
  // conventions.md, section 5; the bracket there is the error of the last digit.
  struct Row {
    Index L;
    double lnZ, lnZ_error, chi, chi_error;
  };
  for (const Row& row :
       {Row{2, 1.17318471, 5e-9, 0.54420963, 5e-9}, Row{3, 1.969825, 2e-6, 0.782873, 3e-6},
        Row{4, 3.21833, 1e-5, 0.93497, 2e-5}}) {
    const Exact exact = exact_phi4(torus({row.L, row.L}), -4, 6.975, {10, 1, false}).value.value();
    const auto volume = static_cast<double>(row.L * row.L);
    EXPECT_NEAR(exact.lnZ, row.lnZ, row.lnZ_error);
    EXPECT_NEAR(volume * *exact.m2, row.chi, row.chi_error);
    EXPECT_NEAR(*exact.action, 0.5 - 6.975 * *exact.phi4, 1e-14);
  }
}

/// All of four sites by the trapezoid rule.
TEST(Phi4Exact, IsTheIntegralOverFourSites) {
  constexpr Index n = 34;
  for (const auto& [m_squared, lambda] : {std::pair{-4.0, 6.975}, {0.5, 1.0}, {-2.0, 1.5}}) {
    const double end = lambda > 5 ? 1.75 : 2.6, step = 2 * end / static_cast<double>(n - 1);
    const Phi4 phi4(torus({2, 2}), m_squared, lambda);
    Batch phi(n * n, 4);
    double z = 0, m2 = 0, fourth = 0, action = 0;
    for (Index a = 0; a < n * n; ++a) {
      for (Index b = 0; b < n * n; ++b) {
        const Index place[] = {a % n, a / n, b % n, b / n};
        for (Index i = 0; i < 4; ++i) phi(b, i) = -end + step * static_cast<double>(place[i]);
      }
      const Column log_p = phi4.log_density(phi), w = log_p.exp();
      z += w.sum(), action -= (w * log_p).sum() / 4;
      m2 += (w * sum_sites(phi).square()).sum() / 16;
      fourth += (w * sum_sites(phi.square().square())).sum() / 4;
    }
    const Exact exact = exact_phi4(torus({2, 2}), m_squared, lambda).value.value();
    // The rule's own error with 34 points.
    EXPECT_NEAR(exact.lnZ, std::log(z) + 4 * std::log(step), 1e-8);
    EXPECT_NEAR(*exact.m2, m2 / z, 1e-8);
    EXPECT_NEAR(*exact.phi4, fourth / z, 1e-8);
    EXPECT_NEAR(*exact.action, action / z, 1e-7);
  }
}

// The transfer matrix reaches small tori; dense matrices every lattice.
TEST(FreeField, AgreesWithTheTransferMatrix) {
  // States of a row below 1e-9 of the first are left out, many of them.
  constexpr double kLeftOut = 1e-7;
  const Exact modes = exact_free_field(torus({3, 4}), 0.7);
  const Exact rows = exact_phi4(torus({3, 4}), 0.7, 1e-12).value.value();
  EXPECT_NEAR(modes.lnZ, rows.lnZ, kLeftOut);
  EXPECT_NEAR(*modes.m2, *rows.m2, kLeftOut);
  EXPECT_NEAR(*modes.phi4, *rows.phi4, kLeftOut);
  EXPECT_EQ(*modes.action, 0.5);
}

// A flat potential needs more states than are kept: 18 % of m2 were missing here.
TEST(Phi4Exact, RefusesAFieldThatSpreadsTooFar) {
  for (const auto& [m_squared, lambda] :
       {std::pair{0.05, 0.001}, {0.02, 1e-4}, {0.01, 1e-4}, {1e-4, 1e-9}}) {
    const ExactAnswer answer = exact_phi4(torus({3, 3}), m_squared, lambda);
    EXPECT_FALSE(answer.value) << m_squared;
    EXPECT_NE(answer.reason.find("does not converge"), std::string::npos) << answer.reason;
  }
}

TEST(FreeField, IsTheDeterminantOfTheActionOnAnyLattice) {
  for (const Lattice& lattice :
       {Lattice{{5, 6}, {true, false}}, Lattice{{2, 3, 4}, {true, true, false}},
        Lattice{{9}, {false}}, torus({5, 5})}) {
    const double m_squared = 0.3;
    const Phi4 phi4(lattice, m_squared, 0);
    const Index n = phi4.sites();
    Eigen::MatrixXd M(n, n);  // half the Hessian of S
    Batch grad;
    (void)phi4.log_density_grad(Eigen::MatrixXd::Identity(n, n).array(), grad);
    M = -0.5 * grad.matrix();
    const Eigen::LLT<Eigen::MatrixXd> llt(M);
    const double log_det = 2 * llt.matrixL().toDenseMatrix().diagonal().array().log().sum();
    const Exact exact = exact_phi4(lattice, m_squared, 0).value.value();
    EXPECT_NEAR(exact.lnZ, 0.5 * (static_cast<double>(n) * std::log(std::numbers::pi) - log_det),
                1e-11 * static_cast<double>(n));
    const Eigen::VectorXd one = Eigen::VectorXd::Ones(n);
    EXPECT_NEAR(*exact.m2, 0.5 * one.dot(llt.solve(one)) / static_cast<double>(n * n), 1e-12);
  }
}

TEST(Phi4Exact, IsGaussianWithoutInteraction) {
  // Free of interactions the modes decouple: Z = Π_k sqrt(π / (m² + Σ_μ 4 sin²(k_μ/2))).
  for (const auto& [lx, ly] : {std::pair<Index, Index>{2, 2}, {2, 7}, {3, 3}, {3, 4}}) {
    double lnZ = 0;
    for (Index x = 0; x < lx; ++x)
      for (Index y = 0; y < ly; ++y) {
        const double sx =
            std::sin(std::numbers::pi * static_cast<double>(x) / static_cast<double>(lx));
        const double sy =
            std::sin(std::numbers::pi * static_cast<double>(y) / static_cast<double>(ly));
        lnZ += 0.5 * std::log(std::numbers::pi / (3 + 4 * sx * sx + 4 * sy * sy));
      }
    const Exact free = exact_phi4(torus({lx, ly}), 3, 0, {10, 1, false}).value.value();
    EXPECT_NEAR(free.lnZ, lnZ, 1e-9);
    EXPECT_NEAR(*free.m2, 1 / (6.0 * static_cast<double>(lx * ly)), 1e-10);
  }
}

TEST(Phi4Exact, SaysWhatItDoesNotReach) {
  for (const Lattice& lattice : {torus({5, 5}), torus({3, 3, 3}), Lattice{{3, 3}, {true, false}}})
    EXPECT_NE(exact_phi4(lattice, -4, 6.975).reason.find("side of 2, 3 or 4"), std::string::npos);
  const ExactAnswer slow = exact_phi4(torus({4, 4}), -4, 0.5);
  EXPECT_NE(slow.reason.find("--limit"), std::string::npos);
}

}  // namespace
}  // namespace nmc
