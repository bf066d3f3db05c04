#include "samplers/proposal/network_adaptation.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "core/parallel/threads.hpp"
#include "models/autoregressive/architectures.hpp"
#include "models/autoregressive/causal_model.hpp"
#include "physics/graphs/lattice.hpp"
#include "physics/observables/observables.hpp"
#include "physics/observables/spin_observables.hpp"
#include "physics/systems/ising.hpp"
#include "samplers/proposal/independence.hpp"
#include "samplers/simulation/simulation.hpp"

namespace nmc {
namespace {

constexpr double kBeta = 0.3;

CausalModel untrained(Index sites) {
  CausalFrame frame;
  frame.order.resize(static_cast<std::size_t>(sites));
  std::iota(frame.order.begin(), frame.order.end(), 0);
  return {made_spec(frame, {2, 4, false}), Precision::twice, 7};
}

class Adaptation : public testing::Test {
 protected:
  Simulation simulation(Sampler& sampler, Index warmup, Index draws) {
    SimulationOptions options;
    options.chains = 128;
    options.warmup = warmup;
    options.draws = draws;
    options.seed = 5;
    return {sampler, {energy_.get()}, options, ranks_, threads_};
  }

  Ising ising_{make_graph(torus({3, 3})), kBeta};
  std::unique_ptr<Observable> energy_ = std::make_unique<SpinEnergyObservable>(ising_);
  Ranks ranks_;
  Threads threads_{1};
};

TEST_F(Adaptation, TeachesTheNetworkInWarmupAndFreezesIt) {
  CausalModel model = untrained(ising_.sites());
  const Column before = model.log_prob(Batch::Ones(1, ising_.sites()));
  NetworkAdaptation sampler(
      std::make_unique<MetropolisHastings>(independence_sampler(ising_, model)), model, {0.01});
  Simulation run = simulation(sampler, 400, 1);
  run.run();
  EXPECT_FALSE(is_tuned(sampler.tuning()));
  const Column learned = model.log_prob(Batch::Ones(1, ising_.sites()));
  EXPECT_GT(learned(0), before(0) + 1);  // the ordered state weighs e^{18 β} / Z
  const std::vector<double> frozen = numbers_of(sampler.tuning());
  simulation(sampler, 0, 20).run();
  EXPECT_EQ(numbers_of(sampler.tuning()), frozen);
}

// One number at 4 sigma: false-alarm rate 6e-5.
TEST_F(Adaptation, LeavesTheMeasuredChainUnbiased) {
  CausalModel model = untrained(ising_.sites());
  NetworkAdaptation sampler(
      std::make_unique<MetropolisHastings>(independence_sampler(ising_, model)), model, {0.01});
  constexpr Index kDraws = 2000;
  Simulation run = simulation(sampler, 400, kDraws);
  run.run();
  const Batch& energy = run.records().values.front();
  const Column means = energy.colwise().mean().transpose();
  const double mean = means.mean();
  const auto chains = static_cast<double>(means.size());
  const double error = std::sqrt((means - mean).square().sum() / (chains * (chains - 1)));
  double z = 0, sum = 0;
  for (Index k = 0; k < Index{1} << ising_.sites(); ++k) {
    Batch s(1, ising_.sites());
    for (Index i = 0; i < ising_.sites(); ++i) s(0, i) = (k >> i & 1) != 0 ? 1 : -1;
    const double E = ising_.energy(s)(0), weight = std::exp(-kBeta * E);
    z += weight;
    sum += weight * E;
  }
  EXPECT_LT(std::abs(mean - sum / z), 4 * error);
}

TEST_F(Adaptation, GoesOnFromItsTuning) {
  CausalModel model = untrained(ising_.sites()), other = untrained(ising_.sites());
  NetworkAdaptation sampler(
      std::make_unique<MetropolisHastings>(independence_sampler(ising_, model)), model);
  NetworkAdaptation copy(std::make_unique<MetropolisHastings>(independence_sampler(ising_, other)),
                         other);
  simulation(sampler, 30, 1).run();
  set_numbers(copy.tuning(), numbers_of(sampler.tuning()));
  EXPECT_EQ(numbers_of(copy.tuning()), numbers_of(sampler.tuning()));
  const Batch s = Batch::Ones(1, ising_.sites());
  EXPECT_EQ(model.log_prob(s)(0), other.log_prob(s)(0));
  EXPECT_THROW(set_numbers(copy.tuning(), std::vector<double>(5)), UserError);
}

}  // namespace
}  // namespace nmc
