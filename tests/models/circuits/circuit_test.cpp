#include "models/circuits/circuit.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <numbers>

#include "core/random/streams.hpp"
#include "models/circuits/circuit_model.hpp"
#include "models/training/mmd.hpp"
#include "tests/models/autoregressive/spin_models.hpp"
#include "tests/support/message_of.hpp"
#include "tests/support/paths.hpp"

/// Circuits against reference values (tests/data/flows/circuit.json), finite differences and each
/// other.
namespace nmc {
namespace {

using Json = nlohmann::json;

Json reference() {
  return Json::parse(std::ifstream(tests::test_data() + "/flows/circuit.json"));
}

/// That of the reference, one layer on a ring, without the Rz at its end.
CircuitSpec four_qubits() {
  return {4, {0, 1, 2, 3}, 1, Entangler::ring};
}

/// Angles of the reference that the circuit has: the third of each qubit's last three is Rz.
std::vector<std::size_t> kept_angles() {
  std::vector<std::size_t> kept;
  for (std::size_t k = 0; k < 20; ++k)
    if (k < 8 || (k - 8) % 3 != 2) kept.push_back(k);
  return kept;
}

CircuitModel reference_model(CircuitGradient gradient) {
  const auto theta = reference()["qcbm_4q"]["theta"].get<std::vector<double>>();
  std::vector<double> angles;
  for (const std::size_t k : kept_angles()) angles.push_back(theta[k]);
  CircuitSpec spec = four_qubits();
  spec.gradient = gradient;
  return {std::move(spec), std::move(angles)};
}

/// The six bars and stripes of 2 x 2 as spins.
Batch bars_and_stripes() {
  Batch s(6, 4);
  s << 1, 1, 1, 1, -1, -1, -1, -1, 1, 1, -1, -1, -1, -1, 1, 1, 1, -1, 1, -1, -1, 1, -1, 1;
  return s;
}

MmdKernel reference_kernel() {
  return {MmdKernel::Distance::numbers, {0.5, 1, 2, 4}};
}

std::vector<double> numbers(std::size_t size, std::uint64_t seed) {
  Batch u(1, static_cast<Index>(size));
  fill_uniform({.seed = seed}, u);
  std::vector<double> all(size);
  for (std::size_t k = 0; k < size; ++k) all[k] = 6 * u(0, static_cast<Index>(k)) - 3;
  return all;
}

TEST(Circuit, HasTheProbabilitiesOfTheReference) {
  const CircuitModel model = reference_model(CircuitGradient::adjoint);
  const auto p = reference()["qcbm_4q"]["probabilities"].get<std::vector<double>>();
  for (std::size_t k = 0; k < p.size(); ++k) EXPECT_NEAR(model.probabilities()[k], p[k], 1e-14);
}

TEST(Circuit, HasTheMmdAndTheGradientOfTheReferenceByBothRules) {
  const auto expected = reference()["qcbm_4q"]["grad_parameter_shift"].get<std::vector<double>>();
  for (const auto rule : {CircuitGradient::adjoint, CircuitGradient::shift}) {
    const CircuitModel model = reference_model(rule);
    const Batch data = bars_and_stripes(), none(0, 4);
    const Mmd mmd(model, {data, none}, reference_kernel(), {});
    std::vector<double> grad(std::as_const(model).parameters().size());
    const Batch loss = mmd.evaluate({{}, 1, 1}, grad);
    EXPECT_NEAR(loss(0, 0), reference()["qcbm_4q"]["mmd2_to_bas2x2"].get<double>(), 1e-14);
    const std::vector<std::size_t> kept = kept_angles();
    for (std::size_t k = 0; k < kept.size(); ++k) EXPECT_NEAR(grad[k], expected[kept[k]], 1e-14);
  }
}

TEST(Mmd, OfTheUniformDensityIsTheReference) {
  Column difference = Column::Constant(16, 1.0 / 16);
  for (const Index state : {0, 15, 3, 12, 5, 10}) difference(state) -= 1.0 / 6;
  EXPECT_NEAR((difference * apply_kernel(reference_kernel(), difference)).sum(),
              reference()["mmd_bas2x2_vs_uniform"]["mmd2"].get<double>(), 1e-14);
}

// Both kernels against their sums over pairs.
TEST(Mmd, KernelsAreWhatTheyAreCalled) {
  constexpr Index kStates = 64;
  Batch v(1, kStates);
  fill_normal({.seed = 3}, v);
  for (const auto distance : {MmdKernel::Distance::hamming, MmdKernel::Distance::numbers}) {
    const MmdKernel kernel{distance, {0.3, 2}};
    const Column found = apply_kernel(kernel, v.row(0).transpose());
    for (Index i = 0; i < kStates; ++i) {
      double sum = 0;
      for (Index j = 0; j < kStates; ++j) {
        const double d = distance == MmdKernel::Distance::numbers
                             ? std::pow(static_cast<double>(i - j), 2)
                             : __builtin_popcountll(static_cast<unsigned long long>(i ^ j));
        sum += 0.5 * (std::exp(-d / 0.6) + std::exp(-d / 4)) * v(0, j);
      }
      EXPECT_NEAR(found(i), sum, 1e-12);
    }
  }
}

// Every depth has its own gates, and each qubit its bit.
TEST(Circuit, GradientsByBothRulesAgreeAtAnyDepth) {
  for (const auto entangler : {Entangler::chain, Entangler::ring})
    for (const Index depth : {0, 1, 3}) {
      const Circuit circuit = layered_circuit(5, depth, entangler);
      const std::vector<double> angles = numbers(circuit.angles, 1), v = numbers(32, 2);
      std::vector<double> adjoint(circuit.angles), shift(circuit.angles);
      add_adjoint_gradient({circuit, angles}, run({circuit, angles}), v, adjoint);
      add_shift_gradient({circuit, angles}, v, shift);
      double largest = 0;
      for (std::size_t k = 0; k < adjoint.size(); ++k) {
        EXPECT_NEAR(adjoint[k], shift[k], 1e-12);
        largest = std::max(largest, std::abs(adjoint[k]));
      }
      EXPECT_GT(largest, 0.1);
      EXPECT_NEAR(run({circuit, angles}).probabilities().sum(), 1, 1e-13);
    }
}

TEST(Circuit, OfOneRotationIsABiasedCoin) {
  const Circuit circuit = layered_circuit(1, 0, Entangler::ring);
  ASSERT_EQ(circuit.angles, 1);
  const std::vector<double> angles{0.7};
  EXPECT_NEAR(run({circuit, angles}).probabilities()(0), std::pow(std::cos(0.35), 2), 1e-15);
}

// Rx(π/2) on the first of a chain of CNOTs: GHZ.
TEST(Circuit, MakesGhz) {
  const Circuit circuit = layered_circuit(3, 1, Entangler::chain);
  std::vector<double> angles(circuit.angles, 0);
  angles[0] = std::numbers::pi / 2;
  const Eigen::ArrayXd p = run({circuit, angles}).probabilities();
  EXPECT_NEAR(p(0), 0.5, 1e-15);
  EXPECT_NEAR(p(7), 0.5, 1e-15);
}

// Outcomes that never come have a finite ln q, and no gradient.
TEST(CircuitModel, GivesImpossibleStatesAFiniteLogQ) {
  const CircuitModel model({3, {2, 0, 1}, 1, Entangler::chain}, std::vector<double>(12, 0.0));
  const Batch all = testing_spins::all_configurations(3);
  const Column log_q = model.log_prob(all);
  EXPECT_TRUE(log_q.isFinite().all());
  EXPECT_NEAR(log_q(7), 0, 1e-15);
  EXPECT_LT(log_q.head(7).maxCoeff(), -600);
  std::vector<double> grad(12);
  model.add_grad(all, Column::Ones(8), grad);
  for (const double g : grad) EXPECT_TRUE(std::isfinite(g));
}

TEST(CircuitModel, RefusesMoreThanTwentyQubits) {
  CircuitSpec spec{21, {}, 1, Entangler::ring};
  for (Index q = 0; q < spec.sites; ++q) spec.order.push_back(q);
  EXPECT_NE(message_of([&] { const CircuitModel model(std::move(spec), 1); }).find("2^21"),
            std::string::npos);
}

}  // namespace
}  // namespace nmc
