#include "models/wave/deep_wave.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "core/errors.hpp"
#include "core/roles/all_states.hpp"
#include "models/wave/rbm_wave.hpp"
#include "physics/graphs/lattice.hpp"
#include "physics/quantum/hamiltonians.hpp"
#include "tests/models/wave/exact_sums.hpp"
#include "tests/models/wave/wave_contract.hpp"

namespace nmc {
namespace {

/// All numbers far from 0, biases too.
std::unique_ptr<DeepWave> scattered_layers(const DeepWaveShape& shape) {
  auto psi = DeepWave::random(shape, 0.4, 5);
  for (std::size_t k = 0; k < psi->parameters().size(); ++k)
    psi->parameters()[k] += 0.1 * std::sin(static_cast<double>(k));
  return psi;
}

TEST(DeepWave, KeepsTheContractOfWaveFunctions) {
  for (const DeepWaveShape& shape : std::vector<DeepWaveShape>{{6, 1, 4},
                                                               {6, 3, 5},
                                                               {6, 2, 4, true},
                                                               {6, 2, 3, false, 3, {6}},
                                                               {6, 3, 2, true, 1, {3, 2}},
                                                               {9, 2, 2, false, 3, {3, 3}}})
    tests::hold_to_contract(*scattered_layers(shape));
}

TEST(DeepWave, EnergyVarianceAndForceAreThoseOfTheStateVector) {
  const PauliSum H = transverse_ising(make_graph({{6}, {true}}), 0.8);
  for (const DeepWaveShape& shape : std::vector<DeepWaveShape>{{6, 2, 5}, {6, 2, 3, false, 3, {6}}})
    tests::hold_to_state_vector(*scattered_layers(shape), H);
}

// The machine has a, b and W (sites, hidden); the layer W (hidden, sites) and b.
TEST(DeepWave, OfOneDenseLayerIsABoltzmannMachine) {
  const auto psi = scattered_layers({5, 1, 3});
  RbmWave machine(RbmWaveShape{5, 3});
  for (std::size_t j = 0; j < 3; ++j) {
    machine.parameters()[5 + j] = psi->parameters()[15 + j];
    for (std::size_t i = 0; i < 5; ++i)
      machine.parameters()[8 + 3 * i + j] = psi->parameters()[5 * j + i];
  }
  machine.parameters_changed();
  const Batch s = all_states(Support::spin, 5);
  EXPECT_LT((psi->log_psi(s).log_abs - machine.log_psi(s).log_abs).abs().maxCoeff(), 1e-13);
}

TEST(DeepWave, ConvolutionsAreTheSameOnTranslatedConfigurations) {
  const auto psi = scattered_layers({9, 2, 2, false, 3, {3, 3}});
  const Batch s = all_states(Support::spin, 9);
  Batch moved(s.rows(), 9);
  for (Index x = 0; x < 3; ++x)
    for (Index y = 0; y < 3; ++y) moved.col((x + 1) % 3 + 3 * ((y + 2) % 3)) = s.col(x + 3 * y);
  EXPECT_LT((psi->log_psi(s).log_abs - psi->log_psi(moved).log_abs).abs().maxCoeff(), 1e-12);
  EXPECT_GT((psi->log_psi(s).log_abs - psi->log_psi(-s).log_abs).abs().maxCoeff(), 1e-3);
}

TEST(DeepWave, WithoutBiasesIsEven) {
  const auto psi = scattered_layers({6, 3, 4, true});
  const Batch s = all_states(Support::spin, 6);
  EXPECT_LT((psi->log_psi(s).log_abs - psi->log_psi(-s).log_abs).abs().maxCoeff(), 1e-13);
}

TEST(DeepWave, RefusesShapesThatAreNone) {
  EXPECT_THROW(DeepWave({6, 0, 4}), UserError);
  EXPECT_THROW(DeepWave({6, 2, 4, false, 4, {6}}), UserError);
  EXPECT_THROW(DeepWave({6, 2, 4, false, 7, {6}}), UserError);
  EXPECT_THROW(DeepWave({6, 2, 4, false, 3}), UserError);
}

}  // namespace
}  // namespace nmc
