#include "samplers/population/path_annealing.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "core/statistics/weighted_runs.hpp"
#include "models/flows/linear/elementary.hpp"
#include "models/flows/map/bijector_flow.hpp"
#include "models/symmetry/flow_density.hpp"
#include "physics/observables/observables.hpp"
#include "physics/systems/toy.hpp"
#include "samplers/composite.hpp"
#include "samplers/hamiltonian/hmc.hpp"
#include "samplers/proposal/independence.hpp"
#include "tests/physics/systems/target_checks.hpp"

namespace nmc {
namespace {

using C = AnnealingColumns;

/// Normals of width 1.5 around the origin.
const FlowDensity& wide_start() {
  static const FlowDensity start = [] {
    BijectorFlow::Layers layers;
    layers.push_back(std::make_unique<ScalingLayer>(2));
    auto flow = std::make_unique<BijectorFlow>(std::move(layers), Precision::twice, 1);
    for (double& log_scale : flow->parameters()) log_scale = std::log(1.5);
    flow->parameters_changed();
    return FlowDensity(std::move(flow));
  }();
  return start;
}

/// A narrow Gaussian away from the origin, not normalised.
const Gaussian& narrow_end() {
  static const Gaussian end(Eigen::Vector2d(1, -0.5),
                            (Eigen::Matrix2d() << 0.5, 0.2, 0.2, 0.3).finished());
  return end;
}

std::unique_ptr<Sampler> walks(const Target& at) {
  std::vector<CompositeSampler::Part> parts;
  parts.push_back(
      {std::make_unique<MetropolisHastings>(independence_sampler(at, wide_start().model())), 1,
       "independence"});
  HmcOptions hmc;
  hmc.n_steps = 3;
  hmc.mass = MassKind::diagonal;
  parts.push_back({std::make_unique<MetropolisHastings>(hmc_sampler(at, hmc)), 1, "hmc"});
  return std::make_unique<CompositeSampler>(CompositeSampler::Mode::cycle, std::move(parts));
}

/// Without moves a run is plain importance sampling, whatever the path.
struct Still final : Sampler {
  [[nodiscard]] Index sites() const override { return 2; }
  void init(ChainState&, const Streams&, Index) const override {}
  StepInfo step(ChainState& state, const Streams&) const override {
    return StepInfo::always(state.x.rows());
  }
};
std::unique_ptr<Sampler> stands(const Target&) {
  return std::make_unique<Still>();
}

PathAnnealing path(AnnealingMethod method, Index population, const Threads& threads,
                   const PathAnnealing::MakeSampler& make = walks) {
  return {{wide_start().model(), wide_start(), narrow_end()},
          make,
          {method, population, 2, 5},
          threads};
}

std::vector<const Observable*> first_site() {
  static const FunctionObservable x0("x0", [](const Batch& x) { return Column(x.col(0)); });
  return {&x0};
}

TEST(PathDensity, IsTheWeightedSumOfItsEndsWithItsGradient) {
  const Batch x = testing::normals(5, 2);
  const PathDensity middle({wide_start(), narrow_end()}, 0.3);
  const Column expected = 0.7 * wide_start().log_density(x) + 0.3 * narrow_end().log_density(x);
  EXPECT_LT((middle.log_density(x) - expected).abs().maxCoeff(), 1e-14);
  testing::expect_gradient_is_derivative(middle, x);
  const Gaussian three(Eigen::Vector3d::Zero(), Eigen::Matrix3d::Identity());
  EXPECT_THROW(PathDensity({wide_start(), three}, 0.5), UserError);
  EXPECT_THROW(PathDensity({wide_start(), narrow_end()}, 1.5), UserError);
}

TEST(PathAnnealing, HasTheSameBitsForEveryThreadCount) {
  for (const auto method : {AnnealingMethod::population, AnnealingMethod::importance}) {
    const Threads one(1), three(3);
    const PathAnnealing a = path(method, 300, one), b = path(method, 300, three);
    const auto on_one = a.pilot({}, 0.2), on_three = b.pilot({}, 0.2);
    EXPECT_EQ(on_one.lambdas, on_three.lambdas);
    EXPECT_GT(on_one.lambdas.size(), 2U);
    const Batch four = a.run(4, on_one, first_site());
    EXPECT_TRUE((four == b.run(4, on_three, first_site())).all());
    EXPECT_FALSE((four == a.run(3, on_one, first_site())).all());
  }
}

class PathAnnealingOf : public ::testing::TestWithParam<AnnealingMethod> {};

/// lnZ and a mean of the Gaussian from 120 runs of 30 configurations along five steps: no bias of Z
/// although ln Z_r has one. Beyond four error bars once in 16 000 seeds.
TEST_P(PathAnnealingOf, EstimatesZWithoutBias) {
  constexpr Index runs = 120;
  const Threads threads;
  const PathAnnealing annealing = path(GetParam(), 30, threads);
  const auto schedule = annealing.pilot({0, 0.2, 0.4, 0.6, 0.8, 1}, 0);
  statistics::EstimatedRuns estimated{Column(runs), Batch(runs, 1)};
  for (Index r = 0; r < runs; ++r) {
    const Batch table = annealing.run(r + 1, schedule, first_site());
    estimated.lnZ(r) = table(5, C::lnZ);
    estimated.means(r, 0) = table(5, C::observables);
  }
  const auto combined = statistics::combine_runs(estimated);
  EXPECT_LT(combined.lnZ_error, 0.03);
  EXPECT_LT(std::abs(combined.lnZ - narrow_end().lnZ()), 4 * combined.lnZ_error);
  EXPECT_LT(std::abs(combined.means(0) - 1), 4 * combined.errors(0));
}

INSTANTIATE_TEST_SUITE_P(EitherMethod, PathAnnealingOf,
                         ::testing::Values(AnnealingMethod::population,
                                           AnnealingMethod::importance));

/// Weights of a path whose configurations stand still are those of its start: their product over
/// the steps is p/q, and a path that is walked has a smaller variance.
TEST(PathAnnealing, WeightsOfStandingConfigurationsAreThoseOfImportanceSampling) {
  const Threads threads;
  const auto still = path(AnnealingMethod::importance, 500, threads, stands);
  const Batch table = still.run(1, still.pilot({0, 0.5, 1}, 0), {});
  const Draw draw = wide_start().model().sample({5, 1ULL << 32, 0, Purpose::init}, 500);
  const Column weight = (narrow_end().log_density(draw.x) - draw.log_q).exp();
  EXPECT_NEAR(table(2, C::lnZ), std::log(weight.mean()), 1e-12);
  const auto ess = [](const Batch& t) {
    return std::exp(2 * t(t.rows() - 1, C::lnZ) - t(t.rows() - 1, C::log_mean_square));
  };
  const auto walked = path(AnnealingMethod::importance, 500, threads);
  EXPECT_GT(ess(walked.run(1, walked.pilot({0, 0.25, 0.5, 0.75, 1}, 0), {})), 1.3 * ess(table));
}

/// A target that is infinite somewhere cannot be weighed.
TEST(PathAnnealing, RefusesWorkThatIsNoNumber) {
  struct Pole final : Target {
    [[nodiscard]] Index sites() const override { return 2; }
    [[nodiscard]] Support support() const override { return Support::real; }
    [[nodiscard]] Column log_density(const Batch& x) const override {
      return (x.col(0) > 0).select(HUGE_VAL, -x.col(0).square());
    }
  } const pole;
  const Threads threads;
  const PathAnnealing annealing({wide_start().model(), wide_start(), pole}, stands,
                                {AnnealingMethod::importance, 50, 1, 5}, threads);
  EXPECT_THROW((void)annealing.pilot({0, 1}, 0), NumericalError);
}

}  // namespace
}  // namespace nmc
