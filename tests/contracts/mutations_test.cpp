#include <gtest/gtest.h>

#include "samplers/accept.hpp"
#include "samplers/proposal/independence.hpp"
#include "tests/contracts/kernel_enumeration.hpp"
#include "tests/contracts/kernels_under_test.hpp"

/// Four classic mistakes, made on purpose: the checks of invariance_test.cpp must see each of them.
/// The bars there are 1e-10 and 1e-14.
namespace nmc {
namespace {

constexpr double seen = 1e-4;

enum class Mistake { none, missing_q_ratio, wrong_acceptance, stale_energy };

/// independence_sampler, written out again with room for a mistake.
class MistakenIndependence final : public Sampler {
 public:
  MistakenIndependence(Mistake mistake, const Target& target, const Model& model)
      : mistake_(mistake),
        target_(target),
        model_(model),
        right_(independence_sampler(target, model)) {}
  [[nodiscard]] Index sites() const override { return right_.sites(); }
  void init(ChainState& state, const Streams& streams, Index chains) const override {
    right_.init(state, streams, chains);
  }
  StepInfo step(ChainState& state, const Streams& streams) const override {
    Draw draw = model_.sample(streams.with(Purpose::propose), state.x.rows());
    const Column log_p = target_.log_density(draw.x);
    Column log_ratio = log_p - state.log_p;
    if (mistake_ != Mistake::missing_q_ratio) log_ratio += state.log_q - draw.log_q;
    if (mistake_ == Mistake::wrong_acceptance) log_ratio += std::log(1.01);
    const Verdict verdict = metropolis(log_ratio, streams);
    const Column stale = state.log_p;
    take_rows(verdict.accepted, {draw.x, log_p, {}, draw.log_q}, state);
    if (mistake_ == Mistake::stale_energy) state.log_p = stale;
    StepInfo info;
    info.acceptance = verdict.probability;
    info.accepted = verdict.accepted;
    info.diverging = Column::Zero(log_ratio.size());
    return info;
  }

 private:
  Mistake mistake_;
  const Target& target_;
  const Model& model_;
  MetropolisHastings right_;
};

double defect_with(Mistake mistake) {
  return test::enumeration_defect([&](const Target& target, const Model& model) {
    return std::make_unique<MistakenIndependence>(mistake, target, model);
  });
}

TEST(Mutation, NoneIsNotSeen) {
  EXPECT_LT(defect_with(Mistake::none), 1e-14);
}

TEST(Mutation, MissingRatioOfQIsSeen) {
  EXPECT_GT(defect_with(Mistake::missing_q_ratio), seen);
}

TEST(Mutation, OnePercentWrongAcceptanceIsSeen) {
  EXPECT_GT(defect_with(Mistake::wrong_acceptance), seen);
}

TEST(Mutation, StaleCachedEnergyIsSeen) {
  EXPECT_GT(defect_with(Mistake::stale_energy), seen);
}

double defect_with_wrong_acceptance(test::OneSiteKernel kernel) {
  const auto right = kernel.propose;
  kernel.propose = [&](const Batch& x, double xi, Batch& proposal, Column& log_ratio) {
    right(x, xi, proposal, log_ratio);
    log_ratio += std::log(1.01);
  };
  return test::invariance_defect(kernel);
}

TEST(Mutation, OnePercentWrongAcceptanceIsSeenInHmcAndRandomWalk) {
  const test::Tilted target;
  EXPECT_GT(defect_with_wrong_acceptance(test::hmc_kernel(target)), seen);
  EXPECT_GT(defect_with_wrong_acceptance(test::walk_kernel(target, 1.3)), seen);
}

/// LatentTarget with the sign of the log-determinant turned round.
class WrongSign final : public Target {
 public:
  [[nodiscard]] Index sites() const override { return 1; }
  [[nodiscard]] Support support() const override { return Support::real; }
  [[nodiscard]] bool is_differentiable() const override { return true; }
  [[nodiscard]] Column log_density(const Batch& z) const override {
    const Mapped mapped = flow_.forward(z);
    return target_.log_density(mapped.y) - mapped.log_det;
  }
  Column log_density_grad(const Batch& z, Batch& grad) const override {
    const Mapped mapped = flow_.forward(z);
    Batch grad_x;
    const Column log_p = target_.log_density_grad(mapped.y, grad_x);
    grad = flow_.forward_vjp(mapped.y, grad_x, -Column::Ones(z.rows()), {});
    return log_p - mapped.log_det;
  }

 private:
  test::SineFlow flow_{1};
  test::Tilted target_;
};

TEST(Mutation, WrongSignOfTheLogDeterminantIsSeen) {
  const WrongSign latent;
  EXPECT_GT(test::invariance_defect(test::latent_kernel(latent)), seen);
}

}  // namespace
}  // namespace nmc
