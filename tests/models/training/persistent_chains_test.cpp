#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/errors.hpp"
#include "models/training/data_source.hpp"
#include "models/training/trainer.hpp"
#include "samplers/gibbs/block_gibbs.hpp"
#include "tests/contracts/causal_architectures.hpp"
#include "tests/contracts/tiny_rbm.hpp"
#include "tests/models/training/fixtures.hpp"

/// What an objective may be beside the Kullback-Leibler divergences of a Model: maximum likelihood
/// of a density whose Z is unknown, by chains that go on from step to step.
namespace nmc {
namespace {

using test::TinyRbm;
using testing_training::Team;

/// Persistent contrastive divergence (Tieleman, ICML 2008): ∇⟨−ln p⟩_data = ⟨∇ ln p̃⟩_p − ⟨∇ ln
/// p̃⟩_data, the first mean over chains of block Gibbs that move a step with each step of the
/// training.
class PersistentContrast final : public Objective {
 public:
  PersistentContrast(const TinyRbm& model, DataSource& data, Index chains)
      : model_(model), gibbs_(model, model), data_(data), chains_(Batch::Ones(chains, 3)) {}

  [[nodiscard]] std::vector<LossColumn> columns() const override {
    return {{.name = "contrast", .formula = "ln p~(chain) - ln p~(data)"}};
  }
  void advance(Index step) override {
    data_.advance(step);
    const Streams streams{17, static_cast<std::uint64_t>(step), 0, Purpose::gibbs};
    ChainState state;
    state.x = chains_;
    gibbs_.init(state, streams, chains_.rows());
    gibbs_.step(state, streams);
    chains_ = state.x;
  }
  Batch evaluate(const BatchPart& part, std::span<double> grad) const override {
    const Batch x = data_.rows(part.streams, part.rows);
    const Batch chain = chains_.middleRows(part.streams.first_chain, part.rows);
    if (!grad.empty()) {
      model_.add_grad(x, Column::Constant(part.rows, -1), grad);
      model_.add_grad(chain, Column::Ones(part.rows), grad);
    }
    return model_.log_density(chain) - model_.log_density(x);
  }
  [[nodiscard]] std::vector<LossColumn> validation_columns() const override {
    return {{.name = "surprise", .formula = "-ln p"}};
  }
  [[nodiscard]] Column validate(Index /*column*/, const BatchPart& part) const override {
    const double z = model_.log_density(test::all_configurations(3)).exp().sum();
    return std::log(z) - model_.log_density(data_.rows(part.streams, part.rows));
  }
  [[nodiscard]] std::vector<double> state() const override {
    return {chains_.data(), chains_.data() + chains_.size()};
  }
  void set_state(std::span<const double> state) override {
    require(std::ssize(state) == chains_.size(), "the training state has other chains");
    std::ranges::copy(state, chains_.data());
  }

 private:
  const TinyRbm& model_;
  BlockGibbs gibbs_;
  DataSource& data_;
  Batch chains_;
};

constexpr Index kBatch = 200;

TinyRbm untrained() {
  return TinyRbm({0, 0, 0, 0, 0, 0.1, -0.1, 0.05, -0.05, 0.1, 0.02});
}

/// Spins whose first two are equal in nine of ten rows, and whose third is up in seven of ten.
Batch correlated_spins() {
  Batch s(1000, 3);
  for (Index row = 0; row < s.rows(); ++row) {
    s(row, 0) = row % 2 == 0 ? 1 : -1;
    s(row, 1) = row / 2 % 10 == 0 ? -s(row, 0) : s(row, 0);
    s(row, 2) = row / 20 % 10 < 3 ? -1 : 1;
  }
  return s;
}

TrainingOptions options_of(Index steps) {
  TrainingOptions options;
  options.steps = steps;
  options.batch = kBatch;
  options.schedule = {.rate = 0.02, .decay = Decay::cosine};
  options.validate_every = 50;
  return options;
}

TEST(PersistentContrast, TrainsAMachineWhoseZIsUnknown) {
  DataSet data(correlated_spins());
  TinyRbm machine = untrained();
  PersistentContrast objective(machine, data, kBatch);
  const Team team;
  Trainer trainer(machine, objective, options_of(1000), team.workers());
  trainer.run();
  const Column p = machine.log_density(test::all_configurations(3)).exp();
  const Batch s = test::all_configurations(3);
  const Column weight = p / p.sum();
  // Noise of the last, averaged steps: of 200 rows each, a few per cent.
  EXPECT_NEAR((weight * s.col(0) * s.col(1)).sum(), 0.8, 0.06);
  EXPECT_NEAR((weight * s.col(2)).sum(), 0.4, 0.06);
  EXPECT_NEAR((weight * s.col(0)).sum(), 0, 0.06);
  const TrainingState state = trainer.state();
  // The entropy of the data: ln 2 and those of 0.1 and 0.3.
  const auto entropy = [](double share) {
    return -share * std::log(share) - (1 - share) * std::log(1 - share);
  };
  EXPECT_NEAR(state.validations.back().losses.front().mean,
              std::log(2.0) + entropy(0.1) + entropy(0.3), 0.15);  // 3 sigma of 200 rows
  EXPECT_LT(state.best_score, state.validations.front().score);
}

TEST(PersistentContrast, LogsItsColumnsByNameAndNoEss) {
  DataSet data(correlated_spins());
  TinyRbm machine = untrained();
  PersistentContrast objective(machine, data, kBatch);
  const Team team;
  Trainer trainer(machine, objective, options_of(50), team.workers());
  trainer.run();
  const TrainingState state = trainer.state();
  ASSERT_EQ(state.log.front().losses.size(), 1U);
  EXPECT_EQ(state.log.front().losses.front().name, "contrast");
  EXPECT_TRUE(std::isfinite(state.log.front().losses.front().error));
  EXPECT_TRUE(std::isnan(state.log.front().reverse.ess));
  EXPECT_EQ(state.validations.front().losses.front().name, "surprise");
  EXPECT_EQ(state.validations.front().losses.front().mean, state.validations.front().score);
}

TEST(PersistentContrast, RestoredWithItsChainsGoesOnBitForBitForEveryNumberOfThreads) {
  const auto train = [](Index stop_at, int threads, bool keeps_chains) {
    const Team team(threads);
    DataSet data(correlated_spins());
    TinyRbm machine = untrained();
    PersistentContrast objective(machine, data, kBatch);
    Trainer trainer(machine, objective, options_of(20), team.workers());
    trainer.run([&](const StepRecord& record) { return record.step + 1 < stop_at; });
    TinyRbm again = untrained();
    PersistentContrast rest_objective(again, data, kBatch);
    Trainer rest(again, rest_objective, options_of(20), team.workers());
    TrainingState state = trainer.state();
    if (!keeps_chains) std::ranges::fill(state.data, 1.0);
    rest.set_state(state);
    rest.run();
    return rest.state();
  };
  const TrainingState whole = train(20, 1, true);
  const TrainingState halves = train(7, 3, true);
  EXPECT_EQ(whole.parameters, halves.parameters);
  EXPECT_EQ(whole.data, halves.data);
  EXPECT_EQ(whole.log.back().losses.front().mean, halves.log.back().losses.front().mean);
  EXPECT_NE(whole.parameters, train(7, 1, false).parameters);
}

TEST(Trainer, RefusesColumnsThatShareAName) {
  class Twice final : public Objective {
   public:
    [[nodiscard]] std::vector<LossColumn> columns() const override {
      return {{.name = "contrast", .formula = "0"}, {.name = "contrast", .formula = "0"}};
    }
    Batch evaluate(const BatchPart& part, std::span<double> /*grad*/) const override {
      return Batch::Zero(part.rows, 2);
    }
  };
  TinyRbm machine = untrained();
  Twice objective;
  const Team team;
  EXPECT_THROW(Trainer(machine, objective, options_of(1), team.workers()), std::logic_error);
}

}  // namespace
}  // namespace nmc
