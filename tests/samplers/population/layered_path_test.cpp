#include <gtest/gtest.h>

#include <cmath>

#include "core/statistics/weighted_runs.hpp"
#include "models/flows/coupling/coupling.hpp"
#include "models/flows/linear/elementary.hpp"
#include "models/flows/map/bijector_flow.hpp"
#include "models/symmetry/flow_density.hpp"
#include "physics/observables/observables.hpp"
#include "physics/systems/toy.hpp"
#include "samplers/hamiltonian/hmc.hpp"
#include "samplers/hamiltonian/mapped_sampler.hpp"
#include "samplers/population/path_annealing.hpp"
#include "tests/physics/systems/target_checks.hpp"

/// Paths that are walked between the layers of a flow: stochastic flows.
namespace nmc {
namespace {

/// A Gaussian away from the origin, not normalised.
const Gaussian& tilted_end() {
  static const Gaussian end(Eigen::Vector2d(1, -0.5),
                            (Eigen::Matrix2d() << 0.5, 0.2, 0.2, 0.3).finished());
  return end;
}

std::vector<const Observable*> first_column() {
  static const FunctionObservable x0("x0", [](const Batch& x) { return Column(x.col(0)); });
  return {&x0};
}

/// Two layers that bend and scale the normals, whose draws cover the narrow Gaussian poorly.
const FlowDensity& layered_start() {
  static const FlowDensity start = [] {
    CouplingSpec spec;
    spec.sites = 2;
    spec.patches = {{0, 1}};
    spec.masks = {{1, 0}, {0, 1}};
    spec.hidden = {4};
    BijectorFlow::Layers layers;
    layers.push_back(std::make_unique<CouplingLayer>(spec));
    layers.push_back(std::make_unique<ScalingLayer>(2));
    layers.push_back(std::make_unique<CouplingLayer>(spec));
    auto flow = std::make_unique<BijectorFlow>(std::move(layers), Precision::twice, 1);
    const Batch noise = testing::normals(1, std::ssize(flow->parameters()));
    for (std::size_t k = 0; k < flow->parameters().size(); ++k)
      flow->parameters()[k] += 0.5 * noise(0, static_cast<Index>(k));
    flow->parameters_changed();
    return FlowDensity(std::move(flow));
  }();
  return start;
}

const BijectorFlow& layers_of_start() {
  return *as_layers(layered_start().model().abilities().flow);
}

TEST(WiderNormals, GoThroughTheSameLayers) {
  constexpr double kWidth = 1.3;
  const auto wider = layered_start().of_wider_normals(kWidth);
  const Batch z = testing::normals(70, 2);
  const Mapped x = layers_of_start().forward(kWidth * z);
  const Mapped image = wider->model().abilities().flow->forward(z);
  EXPECT_LE((image.y - x.y).abs().maxCoeff(), 1e-13);
  const Column log_q = log_normal_density(z) - x.log_det - 2 * std::log(kWidth);
  EXPECT_LE((wider->log_density(x.y) - log_q).abs().maxCoeff(), 1e-12);
}

/// HMC behind as many layers as of the path is done.
std::unique_ptr<Sampler> walks_layers(const PathDensity& at) {
  HmcOptions hmc;
  hmc.n_steps = 3;
  hmc.step_size = 0.3;
  hmc.target_acceptance = 0;
  const MappedSampler::MakeKernel make = [hmc](const Target& target) {
    return std::make_unique<MetropolisHastings>(hmc_sampler(target, hmc));
  };
  const auto passed = static_cast<std::size_t>(std::lround(3 * at.lambda()));
  if (passed == 3) return make(at);
  return std::make_unique<MappedSampler>(layers_of_start().part(passed, 3 - passed), at, make);
}

PathAnnealing layered_path(AnnealingMethod method, Index population, const Threads& threads) {
  return {{layered_start().model(), layered_start(), tilted_end()},
          walks_layers,
          {method, population, 2, 5},
          threads};
}

class LayeredPathOf : public ::testing::TestWithParam<AnnealingMethod> {};

/// Between the layers of a flow: the same Z, without bias.
TEST_P(LayeredPathOf, EstimatesZBetweenTheLayersOfAFlow) {
  constexpr Index runs = 120;
  const Threads threads;
  const PathAnnealing annealing = layered_path(GetParam(), 40, threads);
  const auto schedule = annealing.pilot({0, 0.15, 0.3, 0.45, 0.6, 0.8, 1}, 0);
  statistics::EstimatedRuns estimated{Column(runs), Batch(runs, 1)};
  for (Index r = 0; r < runs; ++r) {
    const Batch table = annealing.run(r + 1, schedule, first_column());
    estimated.lnZ(r) = table(6, AnnealingColumns::lnZ);
    estimated.means(r, 0) = table(6, AnnealingColumns::observables);
  }
  const auto combined = statistics::combine_runs(estimated);
  EXPECT_LT(combined.lnZ_error, 0.06);
  EXPECT_LT(std::abs(combined.lnZ - tilted_end().lnZ()), 4 * combined.lnZ_error);
  EXPECT_LT(std::abs(combined.means(0) - 1), 4 * combined.errors(0));
}

INSTANTIATE_TEST_SUITE_P(EitherMethod, LayeredPathOf,
                         ::testing::Values(AnnealingMethod::population,
                                           AnnealingMethod::importance));

/// Draws of the Gaussian itself.
Batch end_draws(Index rows, std::uint64_t seed) {
  Batch z(rows, 2), x(rows, 2);
  fill_normal({seed, 0, 0, Purpose::test}, z);
  // The Cholesky factor of its covariance.
  const double a = std::sqrt(0.5), b = 0.2 / a, c = std::sqrt(0.3 - b * b);
  x.col(0) = 1 + a * z.col(0);
  x.col(1) = -0.5 + b * z.col(0) + c * z.col(1);
  return x;
}

double mean_work_of_return(const PathAnnealing::Schedule& schedule, double factor) {
  constexpr Index rows = 20000;
  Batch x = end_draws(rows, 3);
  Column work = Column::Zero(rows);
  for (std::size_t step = schedule.steps.size(); step-- > 0;) {
    ChainState state;
    state.x = x;
    const Streams streams{7, 2 * step, 0, Purpose::init};
    schedule.steps[step].sampler->init(state, streams, rows);
    (void)schedule.steps[step].sampler->steps(state, streams, 2);
    x = state.x;
    work -= factor * (schedule.lambdas[step + 1] - schedule.lambdas[step]) *
            (tilted_end().log_density(x) - layered_start().log_density(x));
  }
  return work.exp().mean() * std::exp(tilted_end().lnZ());
}

/// Jarzynski's equality of the way back, from draws of the Gaussian to the flow: the mean of e^W is
/// 1/Z, where W loses the same steps (short ones at the end, where the flow is wider than the
/// Gaussian by far); a work that is half as large again is seen.
TEST(LayeredPath, WorkOfTheWayBackHasTheInverseZ) {
  const Threads threads;
  const PathAnnealing annealing = layered_path(AnnealingMethod::importance, 200, threads);
  const auto schedule = annealing.pilot({0, 0.02, 0.05, 0.1, 0.2, 0.35, 0.55, 0.75, 1}, 0);
  EXPECT_NEAR(mean_work_of_return(schedule, 1), 1, 0.03);
  EXPECT_GT(std::abs(mean_work_of_return(schedule, 1.5) - 1), 0.1);
}

/// A step in other coordinates leaves the moments of draws as they are; without the determinant of
/// the way there it does not.
TEST(MappedSampler, LeavesItsTargetInvariant) {
  struct WithoutDeterminant final : Target {
    [[nodiscard]] Index sites() const override { return 2; }
    [[nodiscard]] Support support() const override { return Support::real; }
    [[nodiscard]] bool is_differentiable() const override { return true; }
    [[nodiscard]] Column log_density(const Batch& x) const override {
      // What a kernel in y leaves invariant where |det| is forgotten there.
      return tilted_end().log_density(x) + layers_of_start().inverse(x).log_det;
    }
    Column log_density_grad(const Batch& x, Batch& grad) const override {
      (void)tilted_end().log_density_grad(x, grad);
      const Mapped z = layers_of_start().inverse(x);
      grad +=
          layers_of_start().inverse_vjp(z.y, Batch::Zero(x.rows(), 2), Column::Ones(x.rows()), {});
      return log_density(x);
    }
  } const wrong;
  constexpr Index rows = 40000;
  HmcOptions hmc;
  hmc.n_steps = 3;
  hmc.step_size = 0.4;
  hmc.target_acceptance = 0;
  const auto deviations = [&](const Target& target) {
    const MappedSampler sampler(layers_of_start().part(0, 3), target, [&](const Target& at) {
      return std::make_unique<MetropolisHastings>(hmc_sampler(at, hmc));
    });
    ChainState state;
    state.x = end_draws(rows, 8);
    const Batch before = state.x;
    sampler.init(state, {2}, rows);
    (void)sampler.steps(state, {2}, 6);
    EXPECT_GT((state.x - before).abs().mean(), 0.1);
    EXPECT_LT((state.log_p - target.log_density(state.x)).abs().maxCoeff(), 1e-12);
    const double error = std::sqrt(0.5 / rows);
    return std::max(std::abs(state.x.col(0).mean() - 1) / error,
                    std::abs((state.x.col(0) - 1).square().mean() - 0.5) /
                        (std::sqrt(2.0) * 0.5 / std::sqrt(rows)));
  };
  EXPECT_LT(deviations(tilted_end()), 4.5);
  EXPECT_GT(deviations(wrong), 9);
}

}  // namespace
}  // namespace nmc
