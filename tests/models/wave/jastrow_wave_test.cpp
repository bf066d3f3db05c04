#include "models/wave/jastrow_wave.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "core/errors.hpp"
#include "core/roles/all_states.hpp"
#include "core/roles/local_energy.hpp"
#include "physics/graphs/lattice.hpp"
#include "physics/quantum/hamiltonians.hpp"
#include "tests/models/wave/exact_sums.hpp"
#include "tests/models/wave/wave_contract.hpp"

namespace nmc {
namespace {

TEST(JastrowWave, KeepsTheContractOfWaveFunctions) {
  for (const JastrowShape& shape : std::vector<JastrowShape>{
           {6}, {6, true}, {6, false, true}, {6, true, true, {3, 2}}, {6, true, false, {6}}})
    tests::hold_to_contract(*JastrowWave::random(shape, 0.4, 5));
}

TEST(JastrowWave, IsTheSumOverPairs) {
  JastrowWave psi({3});
  for (std::size_t k = 0; k < 6; ++k) psi.parameters()[k] = 0.1 + static_cast<double>(k);
  psi.parameters_changed();
  Batch s(1, 3);
  s << 1, -1, -1;
  // a = 0.1, 1.1, 2.1; v01 = 3.1, v02 = 4.1, v12 = 5.1
  EXPECT_NEAR(psi.log_psi(s).log_abs(0), 0.1 - 1.1 - 2.1 - 3.1 - 4.1 + 5.1, 1e-14);
}

TEST(JastrowWave, EnergyVarianceAndForceAreThoseOfTheStateVector) {
  const PauliSum H = transverse_ising(make_graph({{6}, {true}}), 0.8);
  for (const bool is_complex : {false, true}) {
    auto psi = JastrowWave::random({6, is_complex}, 0.3, 9);
    tests::hold_to_state_vector(*psi, H);
  }
}

TEST(JastrowWave, TiedByTranslationIsTheSameOnTranslatedConfigurations) {
  const auto psi = JastrowWave::random({6, true, false, {3, 2}}, 0.3, 2);
  EXPECT_EQ(std::as_const(*psi).parameters().size(), 2 * (1 + 3));  // a; (1, 0), (0, 1), (1, 1)
  const Batch s = all_states(Support::spin, 6);
  Batch moved(s.rows(), 6);
  for (Index x = 0; x < 3; ++x)
    for (Index y = 0; y < 2; ++y) moved.col((x + 1) % 3 + 3 * ((y + 1) % 2)) = s.col(x + 3 * y);
  EXPECT_LT((psi->log_psi(s).log_abs - psi->log_psi(moved).log_abs).abs().maxCoeff(), 1e-13);
  EXPECT_LT((psi->log_psi(s).phase - psi->log_psi(moved).phase).abs().maxCoeff(), 1e-13);
}

TEST(JastrowWave, RefusesATorusOfAnotherSize) {
  EXPECT_THROW(JastrowWave({6, false, false, {5}}), UserError);
  EXPECT_THROW(JastrowWave({1}), UserError);
}

}  // namespace
}  // namespace nmc
