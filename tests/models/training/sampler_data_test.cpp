#include "models/training/sampler_data.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "core/errors.hpp"
#include "models/training/forward_kl.hpp"
#include "tests/models/training/fixtures.hpp"

namespace nmc {
namespace {

using testing_training::AffineFlow;
using testing_training::GaussianTarget;
using testing_training::Team;

constexpr Index kSites = 2;

/// x <- mean + r (x - mean) + sqrt(1 - r²) sigma ξ: leaves GaussianTarget(kSites, 2) invariant.
class Autoregression final : public Sampler {
 public:
  [[nodiscard]] Index sites() const override { return kSites; }
  void init(ChainState& state, const Streams& streams, Index chains) const override {
    if (state.x.cols() > 0) return;
    state.x.resize(chains, kSites);
    fill_normal(streams.with(Purpose::init), state.x);
  }
  StepInfo step(ChainState& state, const Streams& streams) const override {
    constexpr double r = 0.8;
    Batch noise(state.x.rows(), kSites);
    fill_normal(streams.with(Purpose::propose), noise);
    for (Index i = 0; i < kSites; ++i) {
      state.x.col(i) = 2 + r * (state.x.col(i) - 2) +
                       std::sqrt(1 - r * r) * GaussianTarget::sigma(i) * noise.col(i);
    }
    return {};
  }
};

TrainingOptions options(Index steps) {
  TrainingOptions options;
  options.steps = steps;
  options.batch = 150;
  options.schedule = {.rate = 0.05, .decay = Decay::cosine};
  return options;
}

const Autoregression kSampler;

TEST(SamplerData, TrainsAFlowToTheDistributionOfTheChain) {
  const Team team;
  SamplerData data(kSampler, {.chains = 150, .warmup = 20, .thin = 2, .seed = 9}, team.workers());
  AffineFlow flow(kSites);
  ForwardKl objective(flow, data);
  Trainer trainer(flow, objective, options(400), team.workers());
  trainer.run();
  for (std::size_t i = 0; i < kSites; ++i) {
    // Steps of the last tenth average about 40·150/5 independent rows: error 0.03 sigma.
    const double sigma = GaussianTarget::sigma(static_cast<Index>(i));
    EXPECT_NEAR(flow.parameters()[i], 2, 0.12);
    EXPECT_NEAR(std::exp(flow.parameters()[kSites + i]), sigma, 0.12);
  }
}

TEST(SamplerData, RestoredRunContinuesBitForBitForEveryNumberOfThreads) {
  const auto train = [](Index stop_at, int threads) {
    const Team team(threads);
    const SamplerData::Options chain{.chains = 150, .warmup = 3, .thin = 2, .seed = 9};
    SamplerData data(kSampler, chain, team.workers());
    AffineFlow flow(kSites);
    ForwardKl objective(flow, data);
    Trainer trainer(flow, objective, options(10), team.workers());
    trainer.run([&](const StepRecord& record) { return record.step + 1 < stop_at; });
    SamplerData data_again(kSampler, chain, team.workers());
    AffineFlow flow_again(kSites);
    ForwardKl objective_again(flow_again, data_again);
    Trainer rest(flow_again, objective_again, options(10), team.workers());
    rest.set_state(trainer.state());
    rest.run();
    return rest.state();
  };
  const TrainingState whole = train(10, 1);
  const TrainingState halves = train(4, 2);
  EXPECT_EQ(whole.parameters, halves.parameters);
  EXPECT_EQ(whole.data, halves.data);
}

TEST(SamplerData, RefusesABatchLargerThanItsChains) {
  const Team team;
  SamplerData data(kSampler, {.chains = 100}, team.workers());
  AffineFlow flow(kSites);
  ForwardKl objective(flow, data);
  Trainer trainer(flow, objective, options(3), team.workers());
  EXPECT_THROW(trainer.run(), UserError);
  EXPECT_THROW(SamplerData(kSampler, {.thin = 0}, team.workers()), UserError);
}

}  // namespace
}  // namespace nmc
