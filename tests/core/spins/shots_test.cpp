#include "core/spins/shots.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>

#include "core/errors.hpp"

namespace nmc {
namespace {

using Complex = std::complex<double>;

/// Amplitudes without any symmetry.
Eigen::VectorXcd some_state(Index sites) {
  Eigen::VectorXcd psi(Index{1} << sites);
  for (Index k = 0; k < psi.size(); ++k) {
    const auto x = static_cast<double>(k);
    psi(k) = Complex(std::sin(1 + 2 * x), std::cos(3 * x - 1));
  }
  return psi.normalized();
}

/// ⟨outcome| of one qubit, conventions: X = (1, 1; 1, −1)/√2, Y = (1, −i; 1, i)/√2.
Complex row_of(char letter, bool outcome, bool state) {
  const double r = 1 / std::sqrt(2.0);
  if (letter == 'Z') return outcome == state ? 1 : 0;
  if (!state) return r;
  const Complex second = letter == 'X' ? Complex(1) : Complex(0, -1);
  return r * (outcome ? -second : second);
}

Complex plain_amplitude(const std::string& letters, std::uint64_t outcome,
                        const Eigen::VectorXcd& psi) {
  Complex sum = 0;
  for (Index k = 0; k < psi.size(); ++k) {
    Complex u = psi(k);
    for (std::size_t i = 0; i < letters.size(); ++i)
      u *= row_of(letters[i], (outcome >> i & 1) != 0,
                  (static_cast<std::uint64_t>(k) >> i & 1) != 0);
    sum += u;
  }
  return sum;
}

TEST(ProductBasis, TurnsAStateAsTheProductOfItsGates) {
  const Eigen::VectorXcd psi = some_state(4);
  for (const char* letters : {"ZZZZ", "XZZY", "YYXZ", "XXXX"}) {
    Eigen::VectorXcd turned = psi;
    turn(ProductBasis(letters), turned);
    for (Index k = 0; k < psi.size(); ++k)
      EXPECT_LT(std::abs(turned(k) - plain_amplitude(letters, static_cast<std::uint64_t>(k), psi)),
                1e-14)
          << letters;
  }
}

TEST(ProductBasis, TransposedIsTheTransposedMatrix) {
  const Eigen::VectorXcd a = some_state(4), b = some_state(4).reverse();
  for (const char* letters : {"XZZY", "YYXZ"}) {
    Eigen::VectorXcd Ua = a, Ub = b;
    turn(ProductBasis(letters), Ua);
    turn_transposed(ProductBasis(letters), Ub);
    EXPECT_LT(std::abs((b.transpose() * Ua)(0) - (Ub.transpose() * a)(0)), 1e-14);
  }
}

TEST(ProductBasis, PhasesAreThoseOfTheMatrix) {
  const ProductBasis basis("XYZY");
  for (std::uint64_t outcome = 0; outcome < 16; ++outcome)
    for (std::uint64_t state = 0; state < 16; ++state) {
      if (((outcome ^ state) & ~basis.turned) != 0) continue;
      Eigen::VectorXcd one = Eigen::VectorXcd::Zero(16);
      one(static_cast<Index>(state)) = 1;
      turn(basis, one);
      EXPECT_LT(std::abs(one(static_cast<Index>(outcome)) -
                         std::exp2(-1.5) * basis.phase(outcome, state)),
                1e-15);
    }
}

TEST(Shots, AreDrawnWithTheProbabilitiesOfTheTurnedState) {
  const Eigen::VectorXcd psi = some_state(3);
  constexpr double kDraws = 200000;
  const Shots shots = draw_shots(3 * psi, {"ZZZ", "XYZ"}, 200000, 5);
  for (const BasisShots& basis : shots.bases()) {
    EXPECT_EQ(basis.total(), kDraws);
    double chi2 = 0;
    for (std::uint64_t k = 0; k < 8; ++k) {
      const double expected = kDraws * std::norm(plain_amplitude(basis.letters, k, psi));
      const auto found = basis.counts.find(k);
      const double count = found == basis.counts.end() ? 0 : found->second;
      chi2 += (count - expected) * (count - expected) / expected;
    }
    EXPECT_LT(chi2, 29.9);  // 7 degrees of freedom, one false alarm in 1e4
  }
}

TEST(Shots, SplitKeepsEveryShotOnce) {
  const Shots shots = draw_shots(some_state(3), {"ZZZ", "XXZ"}, 1000, 1);
  for (const double share : {0.0, 0.1, 0.5}) {
    const SplitShots halves = split(shots, share, 3);
    EXPECT_EQ(halves.part.total(), 2000 * share);
    Shots sum(3);
    for (const Shots* half : {&halves.rest, &halves.part})
      for (const BasisShots& basis : half->bases())
        for (const auto& [outcome, count] : basis.counts) sum.add(basis.letters, outcome, count);
    for (std::size_t b = 0; b < 2; ++b) EXPECT_EQ(sum.bases()[b].counts, shots.bases()[b].counts);
  }
}

TEST(Shots, LeaveOpenThePhasesBetweenStatesThatNoBasisMixes) {
  const auto groups = [](const std::vector<std::uint64_t>& states,
                         const std::vector<std::string>& bases) {
    Shots shots(3);
    for (const std::string& basis : bases) shots.add(basis, 0, 1);
    return count_phase_groups(states, shots);
  };
  const std::vector<std::uint64_t> ghz{0, 7}, w{1, 2, 4};
  EXPECT_EQ(groups(ghz, {"ZZZ", "XZZ", "ZYZ"}), 2);
  EXPECT_EQ(groups(ghz, {"ZZZ", "XXY"}), 1);
  EXPECT_EQ(groups(w, {"ZZZ"}), 3);
  EXPECT_EQ(groups(w, {"ZZZ", "XZZ", "ZXZ", "ZZX"}), 3);  // by way of 000, which is not there
  EXPECT_EQ(groups(w, {"XXZ"}), 2);
  EXPECT_EQ(groups(w, {"XXZ", "ZXY"}), 1);
}

TEST(Shots, RefuseBasesThatAreNone) {
  Shots shots(3);
  EXPECT_THROW(shots.add("XZ", 0, 1), UserError);
  EXPECT_THROW(shots.add("XZA", 0, 1), UserError);
  EXPECT_THROW(Shots(0), UserError);
  EXPECT_THROW(Shots(64), UserError);
}

}  // namespace
}  // namespace nmc
