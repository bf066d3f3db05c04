#include <gtest/gtest.h>

#include <cmath>

#include "physics/renormalisation/block_operators.hpp"
#include "physics/renormalisation/blocking.hpp"
#include "physics/renormalisation/decimation.hpp"
#include "physics/renormalisation/mcrg.hpp"

namespace nmc {
namespace {

TEST(Decimation, IsTheSumOverTheMiddleSpin) {
  for (const double K : {-1.3, -0.2, 0.0, 1e-5, 0.3, 0.7, 0.999, 1.001, 2.5}) {
    const Decimated next = decimate_chain(K);
    for (const int ends : {-2, 0, 2}) {  // a + b
      const double product = ends == 0 ? -1 : 1;
      const double sum = std::exp(K * ends) + std::exp(-K * ends);
      EXPECT_NEAR(next.constant + next.K * product, std::log(sum), 1e-14 * (1 + 2 * std::abs(K)))
          << K;
    }
  }
  EXPECT_NEAR(decimate_chain(0.7).K, 0.3829428228640131, 1e-15);
  EXPECT_NEAR(decimate_chain(0.7).constant, 1.0760900034239584, 1e-15);
  // tanh K' = tanh² K; far above where cosh overflows K' is K − ln 2 / 2.
  EXPECT_NEAR(std::tanh(decimate_chain(0.3).K), std::pow(std::tanh(0.3), 2), 1e-15);
  EXPECT_NEAR(decimate_chain(2000).K, 2000 - 0.5 * std::log(2.0), 1e-10);
  EXPECT_NEAR(decimate_chain(1e-9).K, 1e-18, 1e-30);
}

TEST(Blocking, MajorityIsTheSignAndACoinDecidesTies) {
  constexpr Index kChains = 4000;
  Batch s = Batch::Ones(kChains, 16);
  s.col(0) = -1;                         // block 0: three up
  s.col(2) = s.col(3) = -1;              // block 1: two of four
  s.col(8) = s.col(9) = s.col(12) = -1;  // block 2: one up
  const Batch blocks = block_spins(BlockRule::majority, s, 4, {.seed = 3});
  EXPECT_TRUE((blocks.col(0) == 1).all());
  EXPECT_TRUE((blocks.col(2) == -1).all());
  EXPECT_TRUE((blocks.col(3) == 1).all());
  // A fair coin: 4 standard deviations of its mean.
  EXPECT_LT(std::abs(blocks.col(1).mean()), 4 / std::sqrt(static_cast<double>(kChains)));
  EXPECT_TRUE((block_spins(BlockRule::decimation, s, 4, {}).col(0) == -1).all());
}

// S = Σ_site s_site h_site(S) / (spins of a term): what local_fields() is by definition.
TEST(BlockOperators, FieldsAreTheDerivativesOfTheSums) {
  constexpr Index L = 6;
  Batch u(5, L * L);
  fill_uniform({.seed = 9}, u);
  const Batch s = (u > 0.5).select(Batch::Ones(5, L * L), Batch::Constant(5, L * L, -1.0));
  for (const auto* operators : {&even_operators(), &odd_operators()})
    for (Index site = 0; site < L * L; ++site) {
      Batch flipped = s;
      flipped.col(site) *= -1;
      const Batch change = operator_sums(*operators, s, L) - operator_sums(*operators, flipped, L);
      const Batch fields = local_fields(*operators, s, L, site);
      for (Index o = 0; o < fields.cols(); ++o)
        EXPECT_TRUE(((2 * s.col(site) * fields.col(o)) == change.col(o)).all()) << o << ' ' << site;
    }
}

// Operators that a step multiplies by known factors.
TEST(ScalingExponents, OfALinearMapAreItsEigenvalues) {
  Batch z(40000, 4);
  fill_normal({.seed = 6}, z);
  // S' = z, S = z D + noise: B = ⟨S'ᵗ S⟩ = D, A = 1, T = D.
  const Batch after = z.leftCols(2);
  Batch before(z.rows(), 2);
  before.col(0) = 2 * after.col(0) + 0.1 * z.col(2);
  before.col(1) = 0.5 * after.col(1) + 0.1 * z.col(3);
  const auto exponents = scaling_exponents(before, after, 2);
  ASSERT_EQ(exponents.size(), 2);
  for (const ScalingExponent& one : exponents) EXPECT_NEAR(one.y.value, 1, 4 * one.y.error + 1e-4);
}

TEST(FitCouplings, FindsTheCouplingsOfIndependentRows) {
  constexpr Index kRows = 50000;
  Batch z(kRows, 2), u(kRows, 1);
  fill_normal({.seed = 8}, z);
  fill_uniform({.seed = 9}, u);  // not the uniforms that the normals are made of
  const Column field = 0.4 * z.col(0) - 0.7 * z.col(1);
  const Column up = 1 / (1 + (-2 * field).exp());
  const Column s = (u.col(0) < up).select(Column::Ones(kRows), -1.0);
  const auto couplings = fit_couplings(s, z, s.size());
  EXPECT_NEAR(couplings[0].value, 0.4, 4 * couplings[0].error);
  EXPECT_NEAR(couplings[1].value, -0.7, 4 * couplings[1].error);
  EXPECT_LT(couplings[0].error, 0.01);
  // Four equal rows of each chain say no more than one.
  const auto again = fit_couplings(s.replicate(4, 1), z.replicate(4, 1), kRows);
  EXPECT_NEAR(again[0].value, couplings[0].value, 1e-9);
  EXPECT_NEAR(again[0].error, couplings[0].error, 1e-9);
}

}  // namespace
}  // namespace nmc
