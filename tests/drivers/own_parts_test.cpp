#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <utility>

#include "core/roles/all_states.hpp"
#include "drivers/certify/certify.hpp"
#include "drivers/certify/chain_classes.hpp"
#include "drivers/certify/stationarity.hpp"
#include "drivers/neuralmc.hpp"
#include "models/file/model_file.hpp"
#include "physics/exact/enumerate_states.hpp"
#include "samplers/local/local_energies.hpp"
#include "samplers/proposal/move_proposal.hpp"

/// What a user registers, short of a program of its own.
namespace {

/// H = -Σ s_i s_{i+1} s_{i+2} on a ring of five.
struct RingOfThrees : nmc::SpinHamiltonian {
  [[nodiscard]] nmc::Index sites() const override { return 5; }
  [[nodiscard]] nmc::Column energy(const nmc::Batch& s) const override {
    nmc::Column H = nmc::Column::Zero(s.rows());
    for (nmc::Index i = 0; i < 5; ++i) H -= s.col(i) * s.col((i + 1) % 5) * s.col((i + 2) % 5);
    return H;
  }
};

/// The same with its local fields, and with a wrong one.
struct FieldOfThrees : nmc::LocalFieldHamiltonian {
  [[nodiscard]] nmc::Index sites() const override { return 5; }
  [[nodiscard]] nmc::Column energy(const nmc::Batch& s) const override {
    return RingOfThrees().energy(s);
  }
  [[nodiscard]] nmc::Column local_field(const nmc::Batch& s, nmc::Index i) const override {
    const auto at = [&](nmc::Index k) { return s.col((i + k + 5) % 5); };
    return at(1) * at(2) + at(-1) * at(1) + at(-2) * at(-1);
  }
};
struct WrongField : FieldOfThrees {
  [[nodiscard]] nmc::Column local_field(const nmc::Batch& s, nmc::Index i) const override {
    return 0.99 * FieldOfThrees::local_field(s, i);
  }
};

/// A ring of four as couplings.
struct RingGraph : nmc::SpinGraphHamiltonian {
  [[nodiscard]] nmc::Graph graph() const override {
    nmc::Graph graph;
    graph.sites = 4;
    graph.bonds = {{0, 1}, {1, 2}, {2, 3}, {3, 0}};
    return graph;
  }
};

/// Three states on a ring of four, equal neighbours favoured.
struct RingLabels : nmc::LabelHamiltonian {
  [[nodiscard]] nmc::Index sites() const override { return 4; }
  [[nodiscard]] nmc::Index states() const override { return 3; }
  [[nodiscard]] nmc::Column energy(const nmc::Batch& s) const override {
    nmc::Column H = nmc::Column::Zero(s.rows());
    for (nmc::Index i = 0; i < 4; ++i) H -= (s.col(i) == s.col((i + 1) % 4)).cast<double>();
    return H;
  }
};

/// Angles on a ring of four, and the same with a force that is none of its energy, with an energy
/// that is no function on the circle, and with one that looks at other chains.
struct RingAngles : nmc::AngleHamiltonian {
  [[nodiscard]] nmc::Index sites() const override { return 4; }
  [[nodiscard]] nmc::Column energy(const nmc::Batch& theta) const override {
    nmc::Column H = nmc::Column::Zero(theta.rows());
    for (nmc::Index i = 0; i < 4; ++i)
      H -= (theta.col(i) - theta.col((i + 1) % 4)).cos() + 0.2 * (2 * theta.col(i)).cos();
    return H;
  }
  [[nodiscard]] nmc::Batch gradient(const nmc::Batch& theta) const override {
    nmc::Batch g(theta.rows(), 4);
    for (nmc::Index i = 0; i < 4; ++i)
      g.col(i) = (theta.col(i) - theta.col((i + 1) % 4)).sin() +
                 (theta.col(i) - theta.col((i + 3) % 4)).sin() + 0.4 * (2 * theta.col(i)).sin();
    return g;
  }
};
struct WrongForce : RingAngles {
  [[nodiscard]] nmc::Batch gradient(const nmc::Batch& theta) const override {
    return 1.01 * RingAngles::gradient(theta);
  }
};
struct WrongPeriod : RingAngles {
  [[nodiscard]] nmc::Column energy(const nmc::Batch& theta) const override {
    return RingAngles::energy(theta) - (0.5 * theta.col(0)).cos();
  }
  [[nodiscard]] nmc::Batch gradient(const nmc::Batch& theta) const override {
    nmc::Batch g = RingAngles::gradient(theta);
    g.col(0) += 0.5 * (0.5 * theta.col(0)).sin();
    return g;
  }
};

/// Turns an angle forward alone, and claims the same odds of the way back.
struct Drift : nmc::Move {
  [[nodiscard]] bool suits(nmc::Support support) const override {
    return support == nmc::Support::angle;
  }
  double propose(nmc::Configuration& theta, nmc::Dice& dice) const override {
    theta(dice.below(theta.size())) += dice.uniform();
    return 0;
  }
};
/// The same both ways.
struct Turn : Drift {
  double propose(nmc::Configuration& theta, nmc::Dice& dice) const override {
    theta(dice.below(theta.size())) += 2 * dice.uniform() - 1;
    return 0;
  }
};

/// A new state for a random site.
struct Relabel : nmc::Move {
  [[nodiscard]] bool suits(nmc::Support support) const override {
    return support.kind == nmc::Support::Kind::label;
  }
  double propose(nmc::Configuration& s, nmc::Dice& dice) const override {
    s(dice.below(s.size())) = static_cast<double>(dice.below(3));
    return 0;
  }
};

/// Exchanges two sites: reaches no other magnetisation.
struct Exchange : nmc::Move {
  [[nodiscard]] bool suits(nmc::Support support) const override {
    return support == nmc::Support::spin;
  }
  double propose(nmc::Configuration& s, nmc::Dice& dice) const override {
    std::swap(s(dice.below(s.size())), s(dice.below(s.size())));
    return 0;
  }
};

/// Of systems of spins alone.
struct FirstTwo : nmc::OwnObservable {
  explicit FirstTwo(const nmc::System& system) {
    nmc::require(system.target->support() == nmc::Support::spin, "it is of spins");
  }
  [[nodiscard]] nmc::Column measure(const nmc::Batch& s) const override {
    return s.col(0) * s.col(1);
  }
};

NMC_REGISTER_SYSTEM(RingOfThrees, "ring_of_threes")
NMC_REGISTER_SYSTEM(FieldOfThrees, "field_of_threes")
NMC_REGISTER_SYSTEM(WrongField, "wrong_field")
NMC_REGISTER_SYSTEM(RingGraph, "ring_graph")
NMC_REGISTER_SYSTEM(RingLabels, "ring_labels")
NMC_REGISTER_SYSTEM(RingAngles, "ring_angles")
NMC_REGISTER_SYSTEM(WrongForce, "wrong_force")
NMC_REGISTER_SYSTEM(WrongPeriod, "wrong_period")
NMC_REGISTER_SAMPLER(Drift, "drift")
NMC_REGISTER_SAMPLER(Turn, "turn")
NMC_REGISTER_SAMPLER(Relabel, "relabel")
NMC_REGISTER_SAMPLER(Exchange, "exchange")
NMC_REGISTER_OBSERVABLE(FirstTwo, "first_two")

int run_program(std::vector<std::string> words) {
  words.insert(words.begin(), "nmc");
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  return nmc::main(static_cast<int>(argv.size()), argv.data());
}

nmc::HamiltonianSpins threes(double beta) {
  return {std::make_unique<RingOfThrees>(), beta};
}

TEST(LocalEnergies, LeaveTheirWeightInvariantAndReachAllOfIt) {
  for (const double beta : {0.0, 0.3, 1.0, 40.0})
    for (const auto rule : {nmc::LocalRule::metropolis, nmc::LocalRule::heat_bath})
      for (const bool is_sequential : {false, true}) {
        if (is_sequential && rule == nmc::LocalRule::metropolis) continue;
        const auto target = threes(beta);
        const nmc::LocalEnergies walk(target, {rule, is_sequential});
        const auto pi =
            nmc::certify::normalised(target.log_density(nmc::all_states(nmc::Support::spin, 5)));
        const Eigen::MatrixXd P = walk.transitions();
        EXPECT_LT(nmc::certify::stationarity_defect(pi, P), 1e-12);
        EXPECT_TRUE(nmc::certify::classes_of(nmc::certify::successors(P)).is_ergodic());
      }
}

TEST(LocalEnergies, RefuseMetropolisInSequence) {
  const auto target = threes(1);
  EXPECT_THROW(nmc::LocalEnergies(target, {nmc::LocalRule::metropolis, true}), nmc::UserError);
}

TEST(LocalEnergies, StepAsTheirMatrixSays) {
  const auto target = threes(0.5);
  const nmc::LocalEnergies walk(target, {nmc::LocalRule::heat_bath, true});
  constexpr nmc::Index kChains = 1 << 14, kFrom = 11;
  nmc::ChainState state;
  state.x = nmc::states_in({kFrom, 1}, nmc::Support::spin, 5).replicate(kChains, 1);
  const nmc::Streams streams{.seed = 3};
  walk.init(state, streams, kChains);
  walk.step(state, streams.at_step(1));
  const Eigen::VectorXd p = walk.transitions().row(kFrom);
  Eigen::VectorXd seen = Eigen::VectorXd::Zero(32);
  for (nmc::Index chain = 0; chain < kChains; ++chain)
    seen(nmc::state_number(state.x, chain, nmc::Support::spin)) += 1.0 / kChains;
  // 32 deviates of 6 standard errors: a false alarm in 10^7.
  for (nmc::Index to = 0; to < 32; ++to)
    EXPECT_LE(std::abs(seen(to) - p(to)), 6 * std::sqrt(p(to) / kChains) + 1e-9) << to;
}

TEST(EnumerateStates, GivesTheTraceOfTheTransferMatrix) {
  const nmc::EnergyTable ring{nmc::Support::labels(3), 4, 0.7,
                              [](const nmc::Batch& s) { return RingLabels().energy(s); }};
  const auto answer = nmc::enumerate_states(ring, {});
  ASSERT_TRUE(answer.value.has_value());
  // Eigenvalues e^β + 2 once and e^β − 1 twice.
  const double a = std::exp(0.7) + 2, b = std::exp(0.7) - 1;
  EXPECT_NEAR(answer.value->lnZ, std::log(std::pow(a, 4) + 2 * std::pow(b, 4)), 1e-12);
}

TEST(OwnParts, AreCertified) {
  for (const char* name : {"ring_of_threes", "field_of_threes", "ring_graph"})
    EXPECT_EQ(run_program({"certify", name, "--sampler.name=heat_bath"}), 0) << name;
  EXPECT_EQ(run_program({"certify", "first_two"}), 0);
  EXPECT_EQ(run_program({"certify", "relabel", "--system.name=ring_labels"}), 0);
}

/// 1 / Σ_s p(s)² / q(s): the importance ESS of a network of five spins.
double ess_at(double beta, const nmc::Trainable& network) {
  nmc::Batch s(32, 5);
  for (nmc::Index state = 0; state < 32; ++state)
    for (nmc::Index i = 0; i < 5; ++i) s(state, i) = (state >> i) % 2 == 1 ? 1 : -1;
  nmc::Column p = threes(beta).log_density(s).exp();
  p /= p.sum();
  return 1 / (p.square() / network.at({{beta}})->log_prob(s).exp()).sum();
}

TEST(OwnParts, KnownByTheirEnergiesTeachOneNetworkForARangeOfTemperatures) {
  const auto directory = std::filesystem::temp_directory_path() / "nmc_own_conditional";
  std::filesystem::remove_all(directory);
  EXPECT_EQ(run_program({"train", "--system.name=ring_of_threes", "--system.beta=0.3",
                         "--model.name=made", "--model.conditional=true", "--model.beta_min=0.1",
                         "--model.beta_max=0.6", "--train.steps=1500", "--train.batch=128",
                         "--train.learning_rate=0.02", "--train.schedule=cosine",
                         "--sampler.name=independence", "--sampler.chains=4",
                         "--output.dir=" + directory.string()}),
            0);
  const nmc::ModelFile file = nmc::read_model((directory / "model.h5").string());
  for (const double beta : {0.1, 0.3, 0.6}) EXPECT_GT(ess_at(beta, *file.model), 0.9) << beta;
  std::filesystem::remove_all(directory);
}

TEST(OwnParts, AreRefusedWithAFault) {
  EXPECT_EQ(run_program({"certify", "wrong_field"}), 4);
  EXPECT_EQ(run_program({"certify", "exchange", "--system.name=ring_of_threes"}), 4);
}

TEST(OwnAngles, AreCertified) {
  for (const char* sampler : {"hmc", "metropolis"})
    EXPECT_EQ(run_program({"certify", "ring_angles", std::string("--sampler.name=") + sampler}), 0);
  EXPECT_EQ(run_program({"certify", "turn", "--system.name=ring_angles"}), 0);
}

TEST(OwnAngles, AreRefusedWithAFault) {
  EXPECT_EQ(run_program({"certify", "wrong_force", "--sampler.name=metropolis"}), 4);
  EXPECT_EQ(run_program({"certify", "wrong_period", "--sampler.name=metropolis"}), 4);
  EXPECT_EQ(run_program({"certify", "drift", "--system.name=ring_angles"}), 4);
}

TEST(OwnParts, AreRefusedWhereTheyDoNotFit) {
  const auto check = [](const std::string& system, const std::string& sampler) {
    return run_program({"check", "--system.name=" + system, "--sampler.name=" + sampler,
                        "--sampler.chains=4", "--output.dir=/tmp/nmc_own_parts_none"});
  };
  EXPECT_EQ(check("ring_of_threes", "heat_bath"), 0);
  EXPECT_EQ(check("ring_of_threes", "wolff"), 2);
  EXPECT_EQ(check("ring_graph", "wolff"), 0);
  EXPECT_EQ(check("ring_labels", "relabel"), 0);
  EXPECT_EQ(check("ring_labels", "exchange"), 2);
  EXPECT_EQ(check("ring_angles", "hmc"), 0);
  EXPECT_EQ(check("ring_angles", "metropolis"), 0);
  EXPECT_EQ(check("ring_angles", "turn"), 0);
  EXPECT_EQ(check("ring_angles", "heat_bath"), 2);
  EXPECT_EQ(check("ring_angles", "exchange"), 2);
  EXPECT_EQ(run_program({"certify", "first_two", "--system.name=ring_labels"}), 2);
}

TEST(OwnParts, AreDescribed) {
  EXPECT_EQ(run_program({"describe", "ring_graph"}), 0);
  EXPECT_EQ(run_program({"describe", "first_two"}), 0);
}

}  // namespace
