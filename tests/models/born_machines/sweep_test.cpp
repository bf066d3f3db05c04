#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "models/born_machines/sweep_training.hpp"
#include "models/symmetry/flip_symmetric_spins.hpp"
#include "tests/models/autoregressive/spin_models.hpp"
#include "tests/support/message_of.hpp"

/// Two-site sweeps over data.
namespace nmc {
namespace {

using testing_spins::all_configurations;

MpsSpec spec_of(Index sites, Index chi) {
  MpsSpec spec{sites, std::vector<Index>(static_cast<std::size_t>(sites)), {}, chi};
  std::iota(spec.order.begin(), spec.order.end(), 0);
  spec.bonds = full_bonds(sites, chi, MpsEnds::open);
  return spec;
}

struct OneProcess {
  Ranks ranks;
  Threads threads{1};
  Workers workers{&ranks, &threads};
};

SweepOptions sweeps(Index steps, double cutoff = 1e-7) {
  SweepOptions options;
  options.limits.steps = steps;
  options.pairs = {64, cutoff, 3};
  return options;
}

/// All n×n patterns of equal rows or of equal columns, once each.
Batch bars_and_stripes(Index n) {
  std::vector<std::vector<double>> rows;
  const Batch lines = all_configurations(n);
  for (Index c = 0; c < lines.rows(); ++c)
    for (const bool by_row : {true, false}) {
      if (!by_row && (lines.row(c) == lines(c, 0)).all()) continue;  // all alike: there already
      std::vector<double> s;
      for (Index i = 0; i < n * n; ++i) s.push_back(lines(c, by_row ? i / n : i % n));
      rows.push_back(std::move(s));
    }
  Batch s(std::ssize(rows), n * n);
  for (Index c = 0; c < s.rows(); ++c)
    for (Index i = 0; i < s.cols(); ++i)
      s(c, i) = rows[static_cast<std::size_t>(c)][static_cast<std::size_t>(i)];
  return s;
}

// The entropy of the set is reached with the ranks of its even superposition; what is drawn is in
// the set. Schmidt ranks of bars and stripes, row after row: data/zoo/bars_and_stripes.json.
TEST(Sweeps, LearnBarsAndStripesExactlyWithBondsOfTheSchmidtRanks) {
  const OneProcess one;
  const Batch patterns = bars_and_stripes(4);
  ASSERT_EQ(patterns.rows(), 30);
  BornMachine model(spec_of(16, 64), 1);
  SweepTraining training({&model, &model}, {patterns, {}}, sweeps(6), one.workers);
  training.run({}, {});
  EXPECT_NEAR(training.state().log.back().losses.front().mean, std::log(30.0), 1e-10);
  EXPECT_EQ(model.spec().bonds,
            (std::vector<Index>{1, 2, 4, 8, 15, 16, 16, 16, 15, 16, 16, 16, 15, 8, 4, 2, 1}));
  const Batch drawn = model.sample({.seed = 2}, 500).x;
  for (Index c = 0; c < drawn.rows(); ++c) {
    bool is_there = false;
    for (Index k = 0; k < 30; ++k) is_there = is_there || (drawn.row(c) == patterns.row(k)).all();
    EXPECT_TRUE(is_there) << c;
  }
}

/// Weighted configurations of six spins, as draws that come several times.
Batch some_data() {
  Batch s(200, 6);
  Batch u(200, 6);
  fill_uniform({.seed = 8}, u);
  s.col(0) = (u.col(0) < 0.5).select(Column::Ones(200), -1.0);
  for (Index i = 1; i < 6; ++i) s.col(i) = (u.col(i) < 0.8).select(s.col(i - 1), -s.col(i - 1));
  return s;
}

// Bonds of 8 take any Ψ of six spins: the least −ln q is the entropy of the data.
TEST(Sweeps, ReachTheEntropyOfAnyDataWithBondsThatAreWideEnough) {
  const OneProcess one;
  const Batch s = some_data();
  const Column weight = spin_data(s, spec_of(6, 8).order).weight;
  BornMachine model(spec_of(6, 8), 1);
  SweepTraining training({&model, &model}, {s, {}}, sweeps(40, 0), one.workers);
  training.run({}, {});
  EXPECT_NEAR(training.state().log.back().losses.front().mean, -(weight * weight.log()).sum(),
              1e-9);
  EXPECT_NEAR(model.log_z(), 0, 1e-12);
}

TEST(Sweeps, NeverMakeTheLikelihoodWorseWhereNothingIsCutOff) {
  const OneProcess one;
  BornMachine model(spec_of(6, 8), 1);
  SweepTraining training({&model, &model}, {some_data(), {}}, sweeps(12, 0), one.workers);
  training.run({}, {});
  double before = 1e9;
  for (const StepRecord& record : training.state().log) {
    EXPECT_LE(record.losses.front().mean, before + 1e-12) << record.step;
    before = record.losses.front().mean;
  }
}

// A pair at a time, against the likelihood by its formula.
TEST(PairLikelihood, ImproveGoesDownTheGradientOfItsFormula) {
  std::array<PairClass, 4> classes;
  PairTensor theta;
  Batch u(1, 400);
  fill_uniform({.seed = 6}, u);
  Index at = 0;
  for (std::size_t k = 0; k < 4; ++k) {
    classes[k] = {Eigen::MatrixXd(5, 3), Eigen::MatrixXd(5, 2), Column::Constant(5, 0.05)};
    for (double& x : classes[k].left.reshaped()) x = u(0, at++);
    for (double& x : classes[k].right.reshaped()) x = u(0, at++);
    theta[k] = Eigen::MatrixXd(3, 2);
    for (double& x : theta[k].reshaped()) x = u(0, at++);
  }
  const PairLikelihood pair(classes);
  const auto value = [&](const PairTensor& of) {
    double norm = 0, sum = 0;
    for (std::size_t k = 0; k < 4; ++k) {
      norm += of[k].squaredNorm();
      for (Index c = 0; c < 5; ++c)
        sum += 0.05 * std::log(std::abs(classes[k].left.row(c) * of[k] *
                                        classes[k].right.row(c).transpose()));
    }
    return 0.5 * std::log(norm) - sum;
  };
  double before = value(theta);
  for (int step = 0; step < 5; ++step) {
    pair.improve(theta, 1);
    EXPECT_LT(value(theta), before);
    before = value(theta);
  }
  pair.improve(theta, 60);
  // At the least value nothing is won by any small step: 1e-4 along each entry changes it by 1e-8.
  const double least = value(theta);
  for (std::size_t k = 0; k < 4; ++k)
    for (double& x : theta[k].reshaped())
      for (const double step : {1e-4, -1e-4}) {
        x += step;
        EXPECT_GE(value(theta), least - 1e-13);
        x -= step;
      }
}

TEST(Sweeps, ResumeWhereTheyWereStopped) {
  const OneProcess one;
  BornMachine whole(spec_of(6, 4), 1), half(spec_of(6, 4), 1), rest(spec_of(6, 4), 1);
  const SweptData data{some_data().topRows(150), some_data().bottomRows(50)};
  SweepTraining all({&whole, &whole}, data, sweeps(4), one.workers);
  all.run({}, {});
  SweepTraining first({&half, &half}, data, sweeps(2), one.workers);
  first.run({}, {});
  SweepTraining second({&rest, &rest}, data, sweeps(4), one.workers);
  second.set_state(first.state());
  second.run({}, {});
  EXPECT_EQ(all.state().parameters, second.state().parameters);
  EXPECT_EQ(all.state().best_parameters, second.state().best_parameters);
  EXPECT_EQ(all.state().data, second.state().data);
}

TEST(Sweeps, StopWithoutABetterValidationAndKeepTheBest) {
  const OneProcess one;
  BornMachine model(spec_of(6, 8), 1);
  SweepOptions options = sweeps(500, 0);
  options.limits.patience = 3;
  const SweptData data{some_data().topRows(40), some_data().bottomRows(160)};
  SweepTraining training({&model, &model}, data, options, one.workers);
  EXPECT_EQ(training.run({}, {}), TrainingEnd::patience);
  const TrainingState state = training.state();
  EXPECT_EQ(state.step, state.best_step + 3);
  ASSERT_TRUE(training.restore_best());
  EXPECT_NEAR(-model.log_prob(data.held_out).mean(), state.best_score, 1e-12);
}

// Of a mixture of two images one alone is learned: its loss is that of the machine and ln 2.
TEST(Sweeps, LearnOneImageOfAMixture) {
  const OneProcess one;
  FlipSymmetricSpins mixture(std::make_unique<BornMachine>(spec_of(6, 8), 1));
  auto* const machine = dynamic_cast<BornMachine*>(&mixture.network());
  const Batch s = some_data();
  SweepTraining training({&mixture, machine, true}, {s, {}}, sweeps(40, 0), one.workers);
  training.run({}, {});
  const Batch turned = s.colwise() * s.col(0);
  EXPECT_NEAR(-machine->log_prob(turned).mean() + std::log(2.0), -mixture.log_prob(s).mean(),
              1e-12);
  const Column weight = spin_data(turned, machine->spec().order).weight;
  EXPECT_NEAR(-mixture.log_prob(s).mean(), std::log(2.0) - (weight * weight.log()).sum(), 1e-9);
}

TEST(Sweeps, RefuseWhatTheyCannotLearn) {
  const OneProcess one;
  const auto said = [&](MpsSpec spec, const Batch& s, bool anew) {
    BornMachine model(std::move(spec), 1);
    if (!anew) {  // all spins up
      std::vector<SpinMatrices> up(6,
                                   {Eigen::MatrixXd::Zero(1, 1), Eigen::MatrixXd::Identity(1, 1)});
      model.set_chain(up);
    }
    SweepOptions options = sweeps(2);
    options.begins_anew = anew;
    return message_of([&] { SweepTraining({&model, &model}, {s, {}}, options, one.workers); });
  };
  MpsSpec ring = spec_of(6, 2);
  ring.ends = MpsEnds::periodic;
  ring.bonds = full_bonds(6, 2, MpsEnds::periodic);
  EXPECT_NE(said(ring, some_data(), true).find("boundary = open"), std::string::npos);
  EXPECT_NE(said(spec_of(5, 2), some_data(), true).find("of 6 sites"), std::string::npos);
  EXPECT_NE(said(spec_of(6, 2), Batch(0, 6), true).find("0 configurations"), std::string::npos);
  EXPECT_NE(said(spec_of(6, 2), some_data(), false).find("Ψ = 0 on"), std::string::npos);
}

}  // namespace
}  // namespace nmc
