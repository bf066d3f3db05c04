#include "models/born_machines/born_machine.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "tests/models/autoregressive/spin_models.hpp"
#include "tests/support/message_of.hpp"

/// Born machines against the squares of Ψ of all configurations.
namespace nmc {
namespace {

using testing_spins::all_configurations;

constexpr Index kSites = 7;

/// Sites in an order that is none of theirs.
std::unique_ptr<BornMachine> some_machine(MpsEnds ends) {
  MpsSpec spec{kSites, {3, 0, 6, 2, 5, 1, 4}, full_bonds(kSites, 3, ends), 3, ends};
  auto model = std::make_unique<BornMachine>(std::move(spec), 1);
  testing_spins::scatter_parameters(*model, 1);
  return model;
}

/// Ψ by the formula, from the parameters alone.
Column psi_of(const BornMachine& model, const Batch& s) {
  const std::vector<SpinMatrices> chain = model.chain();
  Column psi(s.rows());
  for (Index c = 0; c < s.rows(); ++c) {
    const Index first = model.spec().bonds.front();
    Eigen::MatrixXd product = Eigen::MatrixXd::Identity(first, first);
    for (std::size_t place = 0; place < chain.size(); ++place)
      product *= chain[place][s(c, model.order()[place]) > 0 ? 1 : 0];
    psi(c) = product.trace();
  }
  return psi;
}

class BornMachines : public testing::TestWithParam<MpsEnds> {
 protected:
  const std::unique_ptr<BornMachine> owner_ = some_machine(GetParam());
  const BornMachine& model_ = *owner_;
  const Batch all_ = all_configurations(kSites);
};

TEST_P(BornMachines, AreTheSquaresOfPsi) {
  const Column psi = psi_of(model_, all_);
  const double log_z = std::log(psi.square().sum());
  EXPECT_NEAR(model_.log_z(), log_z, 1e-12);
  // Of a Ψ far below the others ln Ψ² has their rounding.
  EXPECT_LT((model_.log_prob(all_) - (psi.square().log() - log_z)).abs().maxCoeff(), 1e-10);
  EXPECT_NEAR(model_.log_prob(all_).exp().sum(), 1, 1e-12);
}

// Any spins given any others: sums over all configurations that agree.
TEST_P(BornMachines, MarginalsAreSumsOverWhatIsNotGiven) {
  const Column p = model_.log_prob(all_).exp();
  Batch u(40, kSites);
  fill_uniform({.seed = 5}, u);
  const Batch given = (u < 0.4).select(1.0, (u < 0.7).select(Batch::Zero(40, kSites), -1.0));
  const Column found = model_.log_marginal(given);
  for (Index c = 0; c < given.rows(); ++c) {
    double sum = 0;
    for (Index k = 0; k < all_.rows(); ++k)
      if ((given.row(c) == 0 || given.row(c) == all_.row(k)).all()) sum += p(k);
    EXPECT_NEAR(std::exp(found(c)), sum, 1e-12);
  }
}

// 6400 draws of two spins, eight outcomes of three: χ² of 7 degrees passes 40 once in a million.
TEST_P(BornMachines, FillWhatIsNotGivenWithItsExactConditionals) {
  constexpr Index kDraws = 6400;
  Batch given = Batch::Zero(1, kSites);
  given(0, 0) = 1;
  given(0, 2) = -1;
  given(0, 5) = 1;
  given(0, 4) = -1;
  const Draw draw = model_.fill(given.replicate(kDraws, 1), {.seed = 3});
  EXPECT_TRUE((draw.x.abs() == 1).all());
  const double of_given = model_.log_marginal(given)(0);
  EXPECT_LT((draw.log_q - (model_.log_prob(draw.x) - of_given)).abs().maxCoeff(), 1e-11);
  std::vector<double> seen(8), expected(8);
  for (Index c = 0; c < kDraws; ++c) {
    EXPECT_TRUE((given.row(0) == 0 || given.row(0) == draw.x.row(c)).all());
    seen[static_cast<std::size_t>((draw.x(c, 1) > 0) + 2 * (draw.x(c, 3) > 0) +
                                  4 * (draw.x(c, 6) > 0))] += 1;
  }
  for (std::size_t k = 0; k < 8; ++k) {
    Batch full = given;
    full(0, 1) = (k & 1) != 0 ? 1 : -1;
    full(0, 3) = (k & 2) != 0 ? 1 : -1;
    full(0, 6) = (k & 4) != 0 ? 1 : -1;
    expected[k] = kDraws * std::exp(model_.log_prob(full)(0) - of_given);
  }
  double chi2 = 0;
  for (std::size_t k = 0; k < 8; ++k)
    chi2 += (seen[k] - expected[k]) * (seen[k] - expected[k]) / expected[k];
  EXPECT_LT(chi2, 40);
}

TEST_P(BornMachines, FilledRowsDoNotDependOnTheirBatch) {
  const Batch given =
      all_configurations(kSites).topRows(9) * (all_.row(77) > 0).cast<double>().replicate(9, 1);
  const Draw all = model_.fill(given, {.seed = 4});
  Streams own{.seed = 4};
  own.first_chain = 5;
  const Draw one = model_.fill(given.row(5), own);
  EXPECT_TRUE((one.x.row(0) == all.x.row(5)).all());
  EXPECT_EQ(one.log_q(0), all.log_q(5));
}

INSTANTIATE_TEST_SUITE_P(Ends, BornMachines, testing::Values(MpsEnds::open, MpsEnds::periodic),
                         [](const auto& info) {
                           return std::string(info.param == MpsEnds::open ? "open" : "periodic");
                         });

TEST(MixedCanonicalForm, IsTheSameStateWithItsNormAtTheCentre) {
  const auto owner = some_machine(MpsEnds::open);
  BornMachine& model = *owner;
  const Batch s = all_configurations(kSites);
  const Column log_p = model.log_prob(s);
  for (const Index centre : {0, 3, 6}) {
    const std::vector<SpinMatrices> chain = mixed_canonical(model.canonical_form(), centre);
    for (Index place = 0; place < kSites; ++place) {
      const SpinMatrices& C = chain[static_cast<std::size_t>(place)];
      const Eigen::MatrixXd on_right = C[0].transpose() * C[0] + C[1].transpose() * C[1];
      const Eigen::MatrixXd on_left = C[0] * C[0].transpose() + C[1] * C[1].transpose();
      if (place < centre)
        EXPECT_TRUE(on_right.isIdentity(1e-12)) << place;
      else if (place > centre)
        EXPECT_TRUE(on_left.isIdentity(1e-12)) << place;
      else
        EXPECT_NEAR(on_left.trace(), 1, 1e-12);
    }
    model.set_chain(chain);
    EXPECT_NEAR(model.log_z(), 0, 1e-12);
    EXPECT_LT((model.log_prob(s) - log_p).abs().maxCoeff(), 1e-11);
  }
}

TEST(BornMachine, WhatIsNoneIsRefused) {
  const auto made = [](const MpsSpec& spec) {
    return message_of([&] { (void)BornMachine(spec, 1); });
  };
  EXPECT_NE(made({2, {0, 1}, {1, 1, 1}, 0}).find("chi = 0"), std::string::npos);
  EXPECT_NE(made({2, {0, 1}, {2, 1, 1}, 1}).find("ends in bonds of 2 and 1"), std::string::npos);
  EXPECT_NE(made({2, {0, 1}, {2, 1, 3}, 1, MpsEnds::periodic}).find("2 and 3"), std::string::npos);
  EXPECT_NE(made({2, {0, 0}, {1, 1, 1}, 1}).find("site 0 twice"), std::string::npos);
  const MpsSpec spec{2, {0, 1}, {1, 1, 1}, 1};
  EXPECT_NE(message_of([&] {
              (void)BornMachine(spec, std::vector<double>(4, 0.0));
            }).find("Ψ = 0 for all"),
            std::string::npos);
  const auto ring = some_machine(MpsEnds::periodic);
  EXPECT_NE(message_of([&] { (void)ring->schmidt_values(); }).find("no canonical form"),
            std::string::npos);
  const BornMachine up(spec, std::vector<double>{0, 1, 0, 1});
  EXPECT_NE(
      message_of([&] { (void)up.fill(Batch::Constant(1, 2, -1.0), {}); }).find("probability 0"),
      std::string::npos);
  EXPECT_LT(up.log_prob(Batch::Constant(1, 2, -1.0))(0), -690);  // finite: ln 1e-300 at one site
}

}  // namespace
}  // namespace nmc
