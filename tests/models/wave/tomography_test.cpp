#include "models/wave/tomography.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <fstream>
#include <nlohmann/json.hpp>

#include "core/errors.hpp"
#include "models/wave/phased_wave.hpp"
#include "models/wave/rbm_wave.hpp"
#include "tests/models/wave/wave_contract.hpp"
#include "tests/support/paths.hpp"

namespace nmc {
namespace {

using Complex = std::complex<double>;
using nlohmann::json;

/// All numbers normal, biases too.
std::unique_ptr<WaveFunction> phased_machine(Index sites, Index hidden, double width,
                                             std::uint64_t seed) {
  auto psi = std::make_unique<PhasedWave>(std::make_unique<RbmWave>(RbmWaveShape{sites, hidden}),
                                          std::make_unique<RbmWave>(RbmWaveShape{sites, hidden}));
  Batch z(1, std::ssize(psi->parameters()));
  fill_normal({seed, 0, 0, Purpose::weights}, z);
  for (std::size_t k = 0; k < psi->parameters().size(); ++k)
    psi->parameters()[k] = width * z(0, static_cast<Index>(k));
  psi->parameters_changed();
  return psi;
}

TEST(PhasedWave, KeepsTheContractOfWaveFunctions) {
  tests::hold_to_contract(*phased_machine(6, 4, 0.4, 3));
}

TEST(PhasedWave, RefusesPartsThatHaveAPhase) {
  EXPECT_THROW(PhasedWave(std::make_unique<RbmWave>(RbmWaveShape{4, 4, true}),
                          std::make_unique<RbmWave>(RbmWaveShape{4, 4})),
               UserError);
  EXPECT_THROW(PhasedWave(std::make_unique<RbmWave>(RbmWaveShape{4, 4}),
                          std::make_unique<RbmWave>(RbmWaveShape{5, 4})),
               UserError);
}

TEST(RbmWave, SumsOfScoresAreThoseOfTheScoresOfEveryKind) {
  for (const RbmWaveShape& shape : std::vector<RbmWaveShape>{
           {6, 5}, {6, 4, true}, {6, 12, true, true, {3, 2}}, {6, 6, false, true, {6}}})
    tests::hold_to_contract(*RbmWave::random(shape, 0.4, 7));
}

/// Outcomes of every basis, all of them, or few: what a state is turned for, or not.
Shots some_shots(const std::vector<std::string>& bases, std::uint64_t outcomes) {
  Shots shots(std::ssize(bases.front()));
  for (const std::string& basis : bases)
    for (std::uint64_t k = 0; k < outcomes; ++k)
      shots.add(basis, k, static_cast<double>(1 + (3 * k) % 5));
  return shots;
}

TEST(ShotsLikelihood, IsTheMeanOfTheTurnedStateAndItsDerivativesAreThoseOfDifferences) {
  const std::vector<std::string> bases{"ZZZZ", "XZZY", "YXXZ", "XYYX"};
  for (const std::uint64_t outcomes : {2, 16}) {
    const Shots shots = some_shots(bases, outcomes);
    const ShotsLikelihood likelihood(shots);
    Eigen::VectorXcd psi = whole_state(*phased_machine(4, 4, 0.5, 2));
    double plain = 0;
    for (const BasisShots& basis : shots.bases()) {
      Eigen::VectorXcd turned = psi / psi.norm();
      turn(ProductBasis(basis.letters), turned);
      for (const auto& [outcome, count] : basis.counts)
        plain -= count * std::log(std::norm(turned(static_cast<Index>(outcome))));
    }
    StateWeights derivatives;
    EXPECT_NEAR(likelihood.nll(psi, derivatives), plain / shots.total(), 1e-13);
    EXPECT_NEAR(likelihood.nll(7 * psi), plain / shots.total(), 1e-13);
    constexpr double h = 1e-5;
    for (Index k = 0; k < psi.size(); ++k)
      for (const Complex step : {Complex(h, 0), Complex(0, h)}) {
        const Complex before = psi(k);
        psi(k) = before * std::exp(step);
        const double up = likelihood.nll(psi);
        psi(k) = before * std::exp(-step);
        const double down = likelihood.nll(psi);
        psi(k) = before;
        const double own = step.real() != 0 ? derivatives.of_abs(k) : derivatives.of_phase(k);
        EXPECT_NEAR((up - down) / (2 * h), own, 1e-8);
      }
  }
}

TEST(WholeState, AndWhatIsPulledBackDoNotDependOnThreads) {
  const auto psi = RbmWave::random({12, 5}, 0.3, 1);  // four blocks
  const Eigen::VectorXcd one = whole_state(*psi), two = whole_state(*psi, Threads(2));
  EXPECT_TRUE(one == two);
  EXPECT_EQ(one.cwiseAbs().maxCoeff(), 1);
  const StateWeights weights{one.real().array(), Column::Zero(one.size())};
  EXPECT_TRUE(pulled_back(*psi, weights) == pulled_back(*psi, weights, Threads(2)));
}

json reference_states() {
  return json::parse(std::ifstream(tests::test_data() + "/quantum/tomography.json"));
}

/// A number of the file, qubit 0 first, as ours, qubit 0 last.
std::uint64_t outcome_of(std::size_t k, Index sites) {
  std::uint64_t outcome = 0;
  for (Index i = 0; i < sites; ++i) outcome |= (k >> (sites - 1 - i) & 1) << i;
  return outcome;
}

struct ReferenceState {
  explicit ReferenceState(const json& entry)
      : sites(entry["n"].get<Index>()), psi(Index{1} << sites), shots(sites) {
    for (std::size_t k = 0; k < entry["psi"]["re"].size(); ++k)
      psi(static_cast<Index>(outcome_of(k, sites))) = {entry["psi"]["re"][k].get<double>(),
                                                       entry["psi"]["im"][k].get<double>()};
    for (const auto& [letters, basis] : entry["bases"].items())
      for (std::size_t k = 0; k < basis["counts_1000"].size(); ++k)
        if (const double count = basis["counts_1000"][k].get<double>(); count > 0)
          shots.add(letters, outcome_of(k, sites), count);
  }
  Index sites;
  Eigen::VectorXcd psi;
  Shots shots;
};

TEST(Tomography, ProbabilitiesOfTheReferenceStatesAreThoseOfTheirBases) {
  const json data = reference_states();
  for (const char* name : {"W3", "GHZ3"}) {
    const ReferenceState state(data[name]);
    for (const auto& [letters, basis] : data[name]["bases"].items()) {
      Eigen::VectorXcd turned = state.psi;
      turn(ProductBasis(letters), turned);
      for (std::size_t k = 0; k < basis["p"].size(); ++k)
        EXPECT_NEAR(std::norm(turned(static_cast<Index>(outcome_of(k, state.sites)))),
                    basis["p"][k].get<double>(), 1e-14);
    }
  }
}

TEST(Tomography, LearnsTheReferenceStatesFromTheirShots) {
  const json data = reference_states();
  for (const char* name : {"W3", "GHZ3"}) {
    const ReferenceState state(data[name]);
    Tomography fit(split(state.shots, 0.1, 1),
                   {[](Index start) { return phased_machine(3, 3, 0.1, 10 + start); }}, {});
    while (fit.step()) {
    }
    EXPECT_EQ(fit.starts().size(), 4U);
    EXPECT_GT(fidelity(state.psi, whole_state(fit.best())), 0.99) << name;
  }
}

std::unique_ptr<WaveFunction> positive_machine(Index start) {
  constexpr double kWidth = 0.3;  // with biases, as all random numbers of a start are
  auto psi = std::make_unique<RbmWave>(RbmWaveShape{3, 3});
  Batch z(1, std::ssize(psi->parameters()));
  fill_normal({.seed = static_cast<std::uint64_t>(20 + start)}, z);
  for (Index k = 0; k < z.cols(); ++k)
    psi->parameters()[static_cast<std::size_t>(k)] = kWidth * z(0, k);
  psi->parameters_changed();
  return psi;
}

/// Positive machines alone end at states whose outcomes have wrong signs: W3 and GHZ3 are positive.
TEST(Tomography, AMachineWithAPhaseLeadsAPositiveOneAroundTheZerosOfOutcomes) {
  const json data = reference_states();
  int found_alone = 0;
  for (const char* name : {"W3", "GHZ3"}) {
    const ReferenceState state(data[name]);
    const auto found = [&](const Tomography::Makers& makers) {
      Tomography fit(split(state.shots, 0.1, 1), makers, {});
      while (fit.step()) {
      }
      EXPECT_TRUE(fit.best().is_positive());
      return fidelity(state.psi, whole_state(fit.best())) > 0.99;
    };
    found_alone += found({positive_machine}) ? 1 : 0;
    EXPECT_TRUE(found(
        {positive_machine, [](Index start) { return phased_machine(3, 3, 0.1, 10 + start); }}))
        << name;
  }
  EXPECT_LT(found_alone, 2);
}

TEST(Tomography, GoesOnFromItsStateBitForBit) {
  const ReferenceState state(reference_states()["W3"]);
  const SplitShots shots = split(state.shots, 0.1, 1);
  const auto phased = [](Index start) { return phased_machine(3, 3, 0.1, 10 + start); };
  for (const Tomography::Makers& makers :
       {Tomography::Makers{phased}, Tomography::Makers{positive_machine, phased}})
    for (const int steps : {12, 40}) {
      Tomography whole(shots, makers, {2, 30, 20}), half(shots, makers, {2, 30, 20}),
          other(shots, makers, {2, 30, 20});
      while (whole.step()) {
      }
      for (int k = 0; k < steps; ++k) (void)half.step();
      other.set_state(half.state());
      while (other.step()) {
      }
      EXPECT_EQ(whole.steps_done(), other.steps_done());
      EXPECT_TRUE(std::ranges::equal(whole.best().parameters(), other.best().parameters()));
      EXPECT_EQ(whole.state(), other.state());
    }
}

}  // namespace
}  // namespace nmc
