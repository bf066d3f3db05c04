#include "models/symmetry/symmetrised_spins.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "core/archive/publish.hpp"
#include "core/errors.hpp"
#include "models/autoregressive/bernoulli_mixture.hpp"
#include "models/autoregressive/recurrent_model.hpp"
#include "models/file/model_file.hpp"
#include "models/symmetry/flip_symmetric_spins.hpp"
#include "models/symmetry/lattice_symmetry.hpp"
#include "tests/models/autoregressive/spin_models.hpp"

namespace nmc {
namespace {

using testing_spins::all_configurations;
using testing_spins::chi_squared;
using testing_spins::gradient_error;
using testing_spins::scatter_parameters;
using testing_spins::score_gradient;
using testing_spins::TiltedChain;

constexpr Streams kSpinStreams{.seed = 9, .step = 2, .first_chain = 7, .purpose = Purpose::train};
const std::vector<Index> kSquare{3, 3};

std::unique_ptr<Autoregressive> network() {
  auto model = std::make_unique<RecurrentModel>(snake_spec(kSquare, {RecurrentCell::lstm, 3}),
                                                Precision::twice, 1);
  scatter_parameters(*model, 1);
  return model;
}

/// Shifts, rotations, reflections and the flip of all spins: 144 elements.
std::vector<SymmetryOperation> whole_group() {
  return products(z2_group(9), products(translation_group(kSquare), point_group(kSquare)));
}

SymmetrisedSpins symmetrised_network() {
  return {network(), whole_group()};
}

TEST(LatticeSymmetry, GroupsHaveTheirOrders) {
  EXPECT_EQ(translation_group({4, 3}).size(), 12U);
  EXPECT_EQ(point_group({7}).size(), 2U);
  EXPECT_EQ(point_group({4, 3}).size(), 4U);
  EXPECT_EQ(point_group({4, 4}).size(), 8U);
  EXPECT_EQ(point_group({3, 3, 3}).size(), 48U);
  EXPECT_EQ(whole_group().size(), 144U);
  // On two sites a reflection is a shift.
  EXPECT_EQ(products(translation_group({2}), point_group({2})).size(), 2U);
}

TEST(LatticeSymmetry, BondsOfATorusAreMappedOntoBonds) {
  const auto are_neighbours = [](Index a, Index b) {
    const Index dx = (a % 3 - b % 3 + 3) % 3, dy = (a / 3 - b / 3 + 3) % 3;
    return (dx == 0) != (dy == 0);
  };
  for (const SymmetryOperation& g : whole_group())
    for (Index a = 0; a < 9; ++a)
      for (Index b = 0; b < 9; ++b)
        EXPECT_EQ(are_neighbours(a, b), are_neighbours(g.permutation[static_cast<std::size_t>(a)],
                                                       g.permutation[static_cast<std::size_t>(b)]));
}

TEST(LatticeSymmetry, AGroupWithOneElementLessIsRefused) {
  std::vector<SymmetryOperation> group = whole_group();
  EXPECT_NO_THROW(check_group(group, 9));
  for (const std::size_t gone : {0U, 50U, 143U}) {
    auto broken = group;
    broken.erase(broken.begin() + gone);
    EXPECT_THROW(check_group(broken, 9), UserError);
  }
}

TEST(SymmetrisedSpins, SumToOneOverAllConfigurations) {
  const auto q = symmetrised_network();
  double sum = 0;
  for (const double log_q : q.log_prob(all_configurations(9))) sum += std::exp(log_q);
  EXPECT_NEAR(sum, 1, 1e-12);
}

TEST(SymmetrisedSpins, DensityIsTheSameAtAllImages) {
  const auto q = symmetrised_network();
  const Batch s = q.sample(kSpinStreams, 5).x;
  const Column log_q = q.log_prob(s);
  for (const SymmetryOperation& g : q.group())
    EXPECT_LT((q.log_prob(apply(g, s)) - log_q).abs().maxCoeff(), 1e-12);
  EXPECT_GT(
      (q.network().log_prob(apply(q.group()[2], s)) - q.network().log_prob(s)).abs().maxCoeff(),
      0.01);
}

TEST(SymmetrisedSpins, DensityIsTheMeanOverTheImages) {
  const auto q = symmetrised_network();
  const Batch s = q.sample(kSpinStreams, 5).x;
  Column mean = Column::Zero(5);
  for (const SymmetryOperation& g : q.group())
    mean += q.network().log_prob(apply(g, s)).unaryExpr([](double x) { return std::exp(x); });
  mean /= 144;
  EXPECT_LT(
      (q.log_prob(s).unaryExpr([](double x) { return std::exp(x); }) / mean - 1).abs().maxCoeff(),
      1e-12);
}

TEST(SymmetrisedSpins, DrawCarriesItsLogQ) {
  const auto q = symmetrised_network();
  const Draw draw = q.sample(kSpinStreams, 70);
  EXPECT_LT((draw.log_q - q.log_prob(draw.x)).abs().maxCoeff(), 1e-11);
}

// Eight patterns of three spins in no symmetric place, seven degrees of freedom: 40 is passed once
// in a million.
TEST(SymmetrisedSpins, DrawsHaveTheirExactMarginals) {
  const auto q = symmetrised_network();
  const std::vector<Index> sites{0, 1, 5};
  const Batch s = all_configurations(9);
  const Column log_q = q.log_prob(s);
  std::vector<double> probability(8);
  for (Index c = 0; c < s.rows(); ++c)
    probability[static_cast<std::size_t>((c & 1) | (c >> 1 & 1) << 1 | (c >> 5 & 1) << 2)] +=
        std::exp(log_q(c));
  EXPECT_LT(chi_squared(q.sample(kSpinStreams, 3200).x, sites, probability), 40);
}

TEST(SymmetrisedSpins, ChainsDoNotDependOnTheirBatch) {
  const auto q = symmetrised_network();
  const Draw all = q.sample(kSpinStreams, 70);
  Streams later = kSpinStreams;
  later.first_chain += 63;
  const Draw some = q.sample(later, 5);
  EXPECT_TRUE((some.x == all.x.middleRows(63, 5)).all());
  EXPECT_TRUE((some.log_q == all.log_q.segment(63, 5)).all());
}

TEST(SymmetrisedSpins, LogProbGradientIsTheDerivative) {
  auto q = SymmetrisedSpins(network(), products(z2_group(9), point_group(kSquare)));
  const Batch s = q.sample(kSpinStreams, 3).x;
  const Column weight = Column::LinSpaced(3, -1.0, 2.0);
  std::vector<double> grad(q.parameters().size());
  q.add_grad(s, weight, grad);
  EXPECT_LT(gradient_error(q, grad, [&] { return (weight * q.log_prob(s)).sum(); }), 1e-8);
}

TEST(SymmetrisedSpins, LossGradientIsTheScoreWithTheOthersOfATileAsBaseline) {
  const auto q = SymmetrisedSpins(network(), translation_group(kSquare));
  const TiltedChain target(9);
  for (const Index chains : {1, 65, 130}) {
    const Draw draw = q.sample(kSpinStreams, chains);
    std::vector<double> grad(q.parameters().size());
    const Column loss = q.loss_grad(target, kSpinStreams, chains, grad);
    EXPECT_LT((loss - (draw.log_q - target.log_density(draw.x))).abs().maxCoeff(), 1e-12);
    const std::vector<double> expected = score_gradient(q, target, draw);
    for (std::size_t k = 0; k < grad.size(); ++k) EXPECT_NEAR(grad[k], expected[k], 1e-10);
  }
}

// More elements than three digits number: draws depend on their order.
TEST(SymmetrisedSpins, KeepTheOrderOfALargeGroupInAFile) {
  const Index sites = 1001;
  const std::vector<Index> order = identity_operation(sites).permutation;
  const SymmetrisedSpins q(std::make_unique<BernoulliMixture>(MixtureSpec{sites, order, 1}, 1),
                           translation_group({sites}));
  const auto path = std::filesystem::temp_directory_path() /
                    ("nmc_large_group_" + std::to_string(::getpid()) + ".h5");
  archive::publish_file(path.string(),
                        [&](archive::File& file) { write_model(file, q, "bernoulli", {}); });
  const ModelFile stored = read_model(path.string());
  std::filesystem::remove(path);
  const auto* same = dynamic_cast<const SymmetrisedSpins*>(stored.model.get());
  ASSERT_NE(same, nullptr);
  EXPECT_EQ(same->group(), q.group());
}

TEST(FlipSymmetricSpins, AreTheMixtureOverTheFlip) {
  const FlipSymmetricSpins q(network());
  const SymmetrisedSpins mixture(network(), z2_group(9));
  const Batch s = all_configurations(9);
  EXPECT_LT((sum_sites(q.log_conditionals(s)) - mixture.log_prob(s)).abs().maxCoeff(), 1e-12);
  EXPECT_LT((q.log_prob(s) - q.log_prob(-s)).abs().maxCoeff(), 1e-12);
}

}  // namespace
}  // namespace nmc
