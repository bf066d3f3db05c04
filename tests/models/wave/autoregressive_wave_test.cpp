#include "models/wave/autoregressive_wave.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "core/errors.hpp"
#include "core/roles/all_states.hpp"
#include "models/autoregressive/bernoulli_mixture.hpp"
#include "models/autoregressive/recurrent_model.hpp"
#include "models/born_machines/born_machine.hpp"
#include "models/born_machines/tree_machine.hpp"
#include "models/symmetry/flip_symmetric_spins.hpp"
#include "models/wave/phased_wave.hpp"
#include "models/wave/rbm_wave.hpp"
#include "physics/graphs/lattice.hpp"
#include "physics/quantum/hamiltonians.hpp"
#include "tests/models/wave/exact_sums.hpp"
#include "tests/models/wave/wave_contract.hpp"

namespace nmc {
namespace {

std::vector<Index> six_sites() {
  return {0, 1, 2, 3, 4, 5};
}

/// Weights that are not small, biases too.
void shake(Trainable& network) {
  for (std::size_t k = 0; k < network.parameters().size(); ++k)
    network.parameters()[k] += 0.5 * std::sin(1.0 + 1.7 * static_cast<double>(k));
  network.parameters_changed();
}

std::unique_ptr<RecurrentModel> recurrent(const RecurrentSpec& spec) {
  auto network = std::make_unique<RecurrentModel>(spec, Precision::twice, 3);
  shake(*network);
  return network;
}

std::vector<RecurrentSpec> recurrent_specs() {
  return {chain_spec(six_sites(), {RecurrentCell::gru, 3}),
          chain_spec({3, 0, 5, 1, 2, 4}, {RecurrentCell::lstm, 2, false}),
          snake_spec({3, 2}, {RecurrentCell::gru, 2}),
          snake_spec({3, 2}, {RecurrentCell::lstm, 2})};
}

TEST(AutoregressiveWave, KeepsTheContractOfWaveFunctions) {
  for (const RecurrentSpec& spec : recurrent_specs()) {
    AutoregressiveWave psi(recurrent(spec));
    tests::hold_to_contract(psi);
  }
}

TEST(AutoregressiveWave, OfANetworkMixedWithItsImageIsEvenAndKeepsTheContract) {
  AutoregressiveWave psi(
      std::make_unique<FlipSymmetricSpins>(recurrent(recurrent_specs().front())));
  tests::hold_to_contract(psi);
  const Batch s = all_states(Support::spin, 6);
  EXPECT_LT((psi.log_psi(s).log_abs - psi.log_psi(-s).log_abs).abs().maxCoeff(), 1e-13);
}

TEST(AutoregressiveWave, OfANetworkWithoutScoresOfItsOwnKeepsTheContract) {
  MixtureSpec spec;
  spec.sites = 6;
  spec.order = six_sites();
  spec.components = 3;
  auto network = std::make_unique<BernoulliMixture>(spec, 5);
  shake(*network);
  AutoregressiveWave psi(std::move(network));
  tests::hold_to_contract(psi);
}

TEST(AutoregressiveWave, EnergyVarianceAndForceAreThoseOfTheStateVector) {
  const PauliSum H = transverse_ising(make_graph({{6}, {false}}), 0.8);
  for (const RecurrentSpec& spec : recurrent_specs()) {
    AutoregressiveWave psi(recurrent(spec));
    tests::hold_to_state_vector(psi, H);
  }
  PhasedWave phased(std::make_unique<AutoregressiveWave>(recurrent(recurrent_specs().front())),
                    RbmWave::random({6, 4}, 0.4, 2));
  tests::hold_to_contract(phased);
  tests::hold_to_state_vector(phased, H);
}

/// Born machines of six spins, chain, ring and tree, whose numbers have either sign.
std::vector<std::unique_ptr<Trainable>> born_machines() {
  std::vector<std::unique_ptr<Trainable>> machines;
  for (const MpsEnds ends : {MpsEnds::open, MpsEnds::periodic})
    machines.push_back(std::make_unique<BornMachine>(
        MpsSpec{6, {3, 0, 5, 1, 2, 4}, full_bonds(6, 2, ends), 2, ends}, 5));
  machines.push_back(
      std::make_unique<TreeMachine>(TreeSpec{6, {3, 0, 5, 1, 2, 4}, full_tree_bonds(6, 2), 2}, 5));
  for (const auto& machine : machines) shake(*machine);
  return machines;
}

TEST(AutoregressiveWave, OfABornMachineHasItsSignsAndKeepsTheContract) {
  const PauliSum H = transverse_ising(make_graph({{6}, {false}}), 0.8);
  for (auto& machine : born_machines()) {
    AutoregressiveWave psi(std::move(machine));
    EXPECT_FALSE(psi.is_positive());
    EXPECT_TRUE(psi.is_real());
    const Column sign = psi.log_psi(all_states(Support::spin, 6)).phase.cos();
    EXPECT_LT(sign.minCoeff(), -0.9);
    EXPECT_GT(sign.maxCoeff(), 0.9);
    tests::hold_to_contract(psi);
    tests::hold_to_state_vector(psi, H);
  }
}

// The chain multiplied out, by its own numbers.
TEST(AutoregressiveWave, SignsOfAChainAreThoseOfItsProduct) {
  auto machines = born_machines();
  const auto& chain = static_cast<const BornMachine&>(*machines.front());
  const Batch s = all_states(Support::spin, 6);
  const auto matrices = chain.chain();
  for (Index row = 0; row < s.rows(); ++row) {
    Eigen::MatrixXd product = Eigen::MatrixXd::Identity(1, 1);
    for (std::size_t place = 0; place < matrices.size(); ++place)
      product *= matrices[place][s(row, chain.spec().order[place]) > 0 ? 1 : 0];
    EXPECT_EQ(chain.signs(s.row(row))(0), product(0, 0) < 0 ? -1 : 1);
  }
}

TEST(AutoregressiveWave, SquareIsTheNormalisedDensityOfItsDraws) {
  const AutoregressiveWave psi(recurrent(recurrent_specs().front()));
  const Column log_q = 2 * psi.log_psi(all_states(Support::spin, 6)).log_abs;
  EXPECT_NEAR(log_q.exp().sum(), 1, 1e-13);
  const Draw draw = psi.draws()->sample({1, 0, 0, Purpose::propose}, 50);
  EXPECT_LT((2 * psi.log_psi(draw.x).log_abs - draw.log_q).abs().maxCoeff(), 1e-13);
}

TEST(RecurrentModel, ScoresAreThoseOfItsGradientsChainByChain) {
  const Batch s = all_states(Support::spin, 6);
  RecurrentSpec conditional = recurrent_specs().front();
  conditional.beta = 0.7;
  conditional.beta_range = ConditionRange{"beta", 0.2, 1.0};
  std::vector<RecurrentSpec> specs = recurrent_specs();
  specs.push_back(conditional);
  for (const RecurrentSpec& spec : specs) {
    const auto network = recurrent(spec);
    const Batch own = network->scores(s), plain = network->Autoregressive::scores(s);
    EXPECT_LT((own - plain).abs().maxCoeff(), 1e-13);
  }
}

TEST(AutoregressiveWave, RefusesNetworksWithInputs) {
  RecurrentSpec spec = recurrent_specs().front();
  spec.beta = 0.7;
  spec.beta_range = ConditionRange{"beta", 0.2, 1.0};
  EXPECT_THROW(AutoregressiveWave{recurrent(spec)}, UserError);
}

}  // namespace
}  // namespace nmc
