#include "models/energy/contrastive.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "models/energy/rbm_exact.hpp"
#include "tests/models/energy/zoo_machine.hpp"

namespace nmc {
namespace {

ContrastiveOptions fixed(Index batch, Index k) {
  ContrastiveOptions options;
  options.is_persistent = false;
  options.batch = batch;
  options.k = k;
  options.is_centred = false;
  options.schedule.rate = 1e-30;  // the machine stays as it is
  options.schedule.decay = Decay::constant;
  return options;
}

/// Means over 122 batches of 8192 draws, 10^6 in all: within 4 errors of what enumeration expects,
/// of 16 numbers and 4 values of k one false alarm in 250 seeds.
TEST(Contrastive, EstimatesTheExpectedGradient) {
  const nlohmann::json zoo = test::machine_zoo();
  if (zoo.is_null()) GTEST_SKIP() << "no reference data beside the checkout";
  const nlohmann::json& known = zoo["bas2x2_nh3"];
  const Rbm rbm = test::machine_of(known);
  const BitRows data(test::bits_of(known["data"].get<std::vector<std::string>>()));
  constexpr Index kBatch = 8192, kBatches = 122;
  for (const Index k : {1, 2, 5, 10}) {
    const Threads threads(2);
    ContrastiveTraining training(rbm, data, fixed(kBatch, k), threads);
    Eigen::ArrayXXd found(kBatches, 16);
    for (Index b = 0; b < kBatches; ++b) {
      const ContrastiveGradient gradient = training.next_gradient();
      training.step();
      for (Index i = 0; i < 4; ++i) {
        found(b, i) = -gradient.visible[static_cast<std::size_t>(i)];
        for (Index j = 0; j < 3; ++j)
          found(b, 4 + 3 * i + j) = -gradient.W[static_cast<std::size_t>(i * kUnitTile + j)];
      }
    }
    const nlohmann::json& expected = known["expected_cd_k"][std::to_string(k)];
    const Eigen::VectorXd a = test::vector_of(expected["grad_a"]);
    const Eigen::MatrixXd W = test::matrix_of(expected["grad_W"]);
    for (Index c = 0; c < 16; ++c) {
      const double mean = found.col(c).mean();
      const double error = std::sqrt((found.col(c) - mean).square().sum() /
                                     static_cast<double>(kBatches * (kBatches - 1)));
      EXPECT_NEAR(mean, c < 4 ? a(c) : W((c - 4) / 3, (c - 4) % 3), 4 * error + 1e-7) << k << c;
    }
  }
}

Batch stripes() {
  Batch v(4, 9);
  v << 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1,
      0, 0, 1, 0, 0;
  return v;
}

double nll(const Rbm& rbm, const Batch& v) {
  return log_z(rbm, smaller_side(rbm.shape())) - rbm.log_density(v).mean();
}

ContrastiveOptions learning(bool is_persistent, bool is_centred) {
  ContrastiveOptions options;
  options.is_persistent = is_persistent;
  options.is_centred = is_centred;
  options.batch = options.chains = 64;
  options.schedule.rate = 0.05;
  options.schedule.decay = Decay::constant;
  return options;
}

TEST(Contrastive, LowersTheLikelihoodOfEveryKindOfUnits) {
  const Threads threads;
  for (const Units units : {Units::binary, Units::spin})
    for (const bool is_persistent : {false, true})
      for (const bool is_centred : {false, true}) {
        const Batch v = units == Units::spin ? Batch(2 * stripes() - 1) : stripes();
        const Rbm start = Rbm::random({9, 6, units}, 0.1, 3);
        const BitRows data(v);
        ContrastiveOptions options = learning(is_persistent, is_centred);
        if (units == Units::spin) options.schedule.rate /= 8;  // a spin is two units wide
        ContrastiveTraining training(start, data, options, threads);
        for (int s = 0; s < 1500; ++s) training.step();
        EXPECT_LT(nll(training.machine(), v), 2.6) << is_persistent << is_centred;  // from 6.2
      }
}

TEST(Contrastive, GoesOnFromItsStateBitForBit) {
  const Threads one(1), two(2);
  const BitRows data(stripes());
  const Rbm start = Rbm::random({9, 70, Units::binary}, 0.1, 3);
  const ContrastiveOptions options = learning(true, true);
  ContrastiveTraining whole(start, data, options, one), first(start, data, options, two);
  for (int s = 0; s < 20; ++s) whole.step();
  for (int s = 0; s < 9; ++s) first.step();
  ContrastiveTraining second(start, data, options, one);
  second.set_state(first.state());
  for (int s = 9; s < 20; ++s) second.step();
  EXPECT_EQ(whole.state(), second.state());
  EXPECT_EQ(whole.steps_done(), 20);
}

TEST(Contrastive, DecaysTheWeights) {
  ContrastiveOptions options = learning(true, true);
  options.weight_decay = 0.5;
  const Threads threads;
  const BitRows data(stripes());
  const Rbm start = Rbm::random({9, 6, Units::binary}, 0.1, 3);
  const auto norm = [&](double decay) {
    options.weight_decay = decay;
    ContrastiveTraining training(start, data, options, threads);
    for (int s = 0; s < 1000; ++s) training.step();
    return training.machine().W().norm();
  };
  EXPECT_LT(norm(0.1), 0.7 * norm(0));
}

TEST(Contrastive, RefusesWhatTeachesNothing) {
  const Threads threads;
  const BitRows data(stripes());
  const Rbm start = Rbm::random({9, 6, Units::binary}, 0.1, 3);
  EXPECT_THROW(ContrastiveTraining(start, data, fixed(4, 0), threads), UserError);
  EXPECT_THROW(
      ContrastiveTraining(Rbm::random({8, 6, Units::binary}, 0.1, 3), data, fixed(4, 1), threads),
      UserError);
}

}  // namespace
}  // namespace nmc
