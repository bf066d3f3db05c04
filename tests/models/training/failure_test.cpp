#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/errors.hpp"
#include "models/training/data_source.hpp"
#include "models/training/reverse_kl.hpp"
#include "tests/models/training/fixtures.hpp"

namespace nmc {
namespace {

using testing_training::AffineFlow;
using testing_training::GaussianTarget;
using testing_training::Team;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

/// A Gaussian whose density (or only its gradient) is not a number at the draws of one chain.
class Faulty final : public Target {
 public:
  Faulty(double x, bool only_gradient) : x_(x), only_gradient_(only_gradient) {}
  [[nodiscard]] Index sites() const override { return inner_.sites(); }
  [[nodiscard]] Support support() const override { return Support::real; }
  [[nodiscard]] bool is_differentiable() const override { return true; }
  [[nodiscard]] Column log_density(const Batch& x) const override {
    Batch grad;
    return log_density_grad(x, grad);
  }
  Column log_density_grad(const Batch& x, Batch& grad) const override {
    Column log_p = inner_.log_density_grad(x, grad);
    for (Index c = 0; c < x.rows(); ++c) {
      if (x(c, 0) != x_) continue;
      if (only_gradient_) {
        grad(c, 0) = kNan;
      } else {
        log_p(c) = kNan;
      }
    }
    return log_p;
  }

 private:
  GaussianTarget inner_{1, 0};
  double x_;
  bool only_gradient_;
};

/// The first site of chain 77 in step 3 of the training below, learnt from a run without fault.
double draw_of_chain_77_in_step_3(const TrainingOptions& options, const Team& team) {
  const GaussianTarget target(1, 0);
  AffineFlow flow(1);
  ReverseKl objective(flow, target);
  Trainer trainer(flow, objective, options, team.workers());
  trainer.run([](const StepRecord& record) { return record.step < 2; });
  const Streams streams{options.seed, 3, 77, Purpose::train};
  return flow.sample(streams, 1).x(0, 0);
}

class TrainingFailure : public testing::TestWithParam<bool> {};

TEST_P(TrainingFailure, NamesStepAndChainAndKeepsTheStateBefore) {
  TrainingOptions options;
  options.steps = 10;
  options.batch = 100;
  options.schedule.rate = 0.01;
  const Team team(2);
  const Faulty target(draw_of_chain_77_in_step_3(options, team), GetParam());
  AffineFlow flow(1);
  ReverseKl objective(flow, target);
  Trainer trainer(flow, objective, options, team.workers());
  TrainingState before;
  try {
    trainer.run([&](const StepRecord&) {
      before = trainer.state();
      return true;
    });
    FAIL() << "the fault went unnoticed";
  } catch (const NumericalError& error) {
    const std::string message = error.what();
    EXPECT_NE(message.find("step 3,"), std::string::npos) << message;
    EXPECT_NE(message.find("chain 77"), std::string::npos) << message;
  }
  EXPECT_EQ(trainer.state().step, 3);
  EXPECT_EQ(trainer.state().parameters, before.parameters);
  EXPECT_EQ(trainer.state().optimiser, before.optimiser);
}

INSTANTIATE_TEST_SUITE_P(LossAndGradient, TrainingFailure, testing::Bool());

TEST(DataSet, RefusesNumbersThatAreNotFiniteAndNamesTheirRow) {
  Batch x = Batch::Zero(5, 2);
  x(3, 1) = kNan;
  try {
    DataSet{x};
    FAIL() << "accepted";
  } catch (const UserError& error) {
    EXPECT_NE(std::string(error.what()).find("configuration 3"), std::string::npos);
  }
  EXPECT_THROW(DataSet(Batch::Zero(5, 2), 5), UserError);
}

TEST(DataSet, KeepsValidationRowsOutOfTraining) {
  Batch x(10, 1);
  for (Index i = 0; i < 10; ++i) x(i, 0) = static_cast<double>(i);
  const DataSet data(x, 3);
  EXPECT_LT(data.rows({.purpose = Purpose::train}, 500).maxCoeff(), 6.5);
  EXPECT_GT(data.rows({.purpose = Purpose::validate}, 500).minCoeff(), 6.5);
}

TEST(DataSet, RowDoesNotDependOnHowTheBatchIsCut) {
  const DataSet data(Batch::Random(50, 2));
  const Batch whole = data.rows({.step = 4, .purpose = Purpose::train}, 20);
  const Batch part = data.rows({.step = 4, .first_chain = 13, .purpose = Purpose::train}, 7);
  EXPECT_TRUE((whole.bottomRows(7) == part).all());
}

}  // namespace
}  // namespace nmc
