#include "models/energy/dbm.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "models/energy/dbm_mean_field.hpp"
#include "models/energy/dbm_training.hpp"
#include "models/energy/rbm_exact.hpp"
#include "tests/support/paths.hpp"

/// Deep machines against sums over all states of all layers, and against the numbers of the zoo.
namespace nmc {
namespace {

constexpr double kRounding = 1e-12;

/// All states of `count` units, unit i the bit i of the number.
Batch unit_states(Units units, Index count) {
  const double low = units == Units::spin ? -1 : 0;
  Batch x(Index{1} << count, count);
  for (Index state = 0; state < x.rows(); ++state)
    for (Index i = 0; i < count; ++i) x(state, i) = (state >> i & 1) != 0 ? 1 : low;
  return x;
}

/// −E(h_0, h_1, …) of one state of all layers, without the class under test.
double plain_minus_energy(const Dbm& dbm, const std::vector<Eigen::VectorXd>& h) {
  double sum = 0;
  for (Index l = 0; l < dbm.layers(); ++l) {
    const auto at = static_cast<std::size_t>(l);
    for (Index j = 0; j < h[at].size(); ++j) {
      sum += dbm.b(l)(j) * h[at](j);
      if (l == 0) continue;
      for (Index i = 0; i < h[at - 1].size(); ++i) sum += h[at - 1](i) * dbm.W(l)(j, i) * h[at](j);
    }
  }
  return sum;
}

/// ln p̃(v) of all states of v, by all states of all hidden layers.
Column plain_log_visible(const Dbm& dbm) {
  Index units = 0;
  for (Index l = 0; l < dbm.layers(); ++l) units += dbm.units_of(l);
  const Batch all = unit_states(dbm.shape().units, units);
  Column p = Column::Zero(Index{1} << dbm.units_of(0));
  for (Index state = 0; state < all.rows(); ++state) {
    std::vector<Eigen::VectorXd> h;
    Index at = 0;
    for (Index l = 0; l < dbm.layers(); at += dbm.units_of(l), ++l)
      h.push_back(all.row(state).segment(at, dbm.units_of(l)).matrix().transpose());
    p(state % p.size()) += std::exp(plain_minus_energy(dbm, h));
  }
  return p.log();
}

Dbm some_machine(std::vector<Index> layers, Units units) {
  Dbm dbm = Dbm::random({std::move(layers), units}, 0.6, 4);
  Batch z(1, dbm.weights_at(1));
  fill_normal({.seed = 9}, z);
  for (Index k = 0; k < z.cols(); ++k)
    dbm.parameters()[static_cast<std::size_t>(k)] = 0.4 * z(0, k);
  return dbm;
}

TEST(DbmContract, IsTheRestrictedMachineOfItsEvenAndOddLayers) {
  for (const Units units : {Units::binary, Units::spin})
    for (const auto& layers :
         {std::vector<Index>{4, 3}, {3, 2, 4}, {3, 2, 2, 3}, {2, 2, 1, 2, 3}}) {
      const Dbm dbm = some_machine(layers, units);
      const Column exact = plain_log_visible(dbm);
      const double log_Z = exact.maxCoeff() + std::log((exact - exact.maxCoeff()).exp().sum());
      const Rbm folded = dbm.folded();
      EXPECT_NEAR(log_z(folded, Side::visible), log_Z, kRounding);
      EXPECT_NEAR(log_z(folded, Side::hidden), log_Z, kRounding);
      const Batch v = unit_states(units, dbm.units_of(0));
      EXPECT_LT((dbm.log_visible(v) - exact).abs().maxCoeff(), kRounding);
    }
}

TEST(DbmContract, HasTheGradientOfItsBoundAndABoundBelow) {
  const Threads threads;
  for (const Units units : {Units::binary, Units::spin}) {
    Dbm dbm = some_machine({3, 4, 2, 2}, units);
    const Batch v = unit_states(units, 3);
    const MeanField field = mean_field(dbm, v);
    EXPECT_TRUE((field.bound < dbm.log_visible(v)).all());
    EXPECT_LT(field.change, 1e-9);
    if (units == Units::binary) {  // with the damping another way to the same point
      const MeanField damped = mean_field(dbm, v, {.damping = 0.5});
      EXPECT_LT((field.bound - damped.bound).abs().maxCoeff(), 1e-12);
    }
    const WeightedRows rows{v.topRows(3), Column{{0.5, 0.2, 0.3}}};
    std::vector<double> grad(dbm.parameters().size());
    (void)negative_bound(dbm, rows, threads, grad);
    for (std::size_t k = 0; k < grad.size(); ++k) {
      constexpr double h = 1e-4;  // h² and rounding/h balance below 1e-7
      const double here = dbm.parameters()[k];
      dbm.parameters()[k] = here + h;
      const double above = negative_bound(dbm, rows, threads, {});
      dbm.parameters()[k] = here - h;
      const double below = negative_bound(dbm, rows, threads, {});
      dbm.parameters()[k] = here;
      EXPECT_NEAR(grad[k], (above - below) / (2 * h), 1e-6) << k;
    }
  }
}

nlohmann::json known_machine() {
  const std::string path = tests::shared_data() + "/zoo/rbm.json";
  if (!std::filesystem::exists(path)) return nullptr;
  std::ifstream file(path);
  return nlohmann::json::parse(file)["dbm_6_4_3"];
}

TEST(DbmContract, AgreesWithTheMachineOfTheZoo) {
  const nlohmann::json known = known_machine();
  if (known.is_null()) GTEST_SKIP() << "no reference data beside the checkout";
  Dbm dbm({{6, 4, 3}, Units::binary});
  const auto theta = dbm.parameters();
  for (std::size_t i = 0; i < 6; ++i) {
    theta[i] = known["c"][i].get<double>();
    for (std::size_t j = 0; j < 4; ++j)
      theta[static_cast<std::size_t>(dbm.weights_at(1)) + 4 * i + j] =
          known["W1"][i][j].get<double>();
  }
  for (std::size_t j = 0; j < 4; ++j)
    for (std::size_t k = 0; k < 3; ++k)
      theta[static_cast<std::size_t>(dbm.weights_at(2)) + 3 * j + k] =
          known["W2"][j][k].get<double>();
  const double log_Z = known["lnZ"].get<double>();
  EXPECT_NEAR(log_z(dbm.folded(), Side::hidden), log_Z, kRounding);
  for (const auto& row : known["meanfield"]) {
    const auto bits = row["v"].get<std::string>();
    Batch v(1, 6);
    for (Index i = 0; i < 6; ++i) v(0, i) = bits[static_cast<std::size_t>(i)] - '0';
    EXPECT_NEAR(dbm.log_visible(v)(0) - log_Z, row["logp_exact"].get<double>(), kRounding);
    const MeanField field = mean_field(dbm, v, {.damping = 0.5, .tolerance = 1e-12});
    EXPECT_NEAR(field.bound(0) - log_Z, row["meanfield_elbo"].get<double>(), 1e-8);
    EXPECT_LE(field.bound(0) - log_Z, row["logp_exact"].get<double>());
    for (std::size_t l = 1; l <= 2; ++l)
      for (Index j = 0; j < field.means[l].cols(); ++j)
        EXPECT_NEAR(field.means[l](0, j),
                    row[l == 1 ? "mu1" : "mu2"][static_cast<std::size_t>(j)].get<double>(), 1e-8);
  }
}

/// Persistent chains and the exact gradient end at the same bound, whose minimum the second finds.
TEST(DbmTraining, LearnsByExactSumsAndByChains) {
  const Threads threads;
  Batch v(6, 4);  // bars and stripes of 2 x 2
  v << 0, 0, 0, 0, 0, 0, 1, 1, 0, 1, 0, 1, 1, 0, 1, 0, 1, 1, 0, 0, 1, 1, 1, 1;
  const WeightedRows rows = distinct_rows(v);
  const DbmShape shape{{4, 4, 2}, Units::binary};
  const Dbm start = greedy_start(shape, rows, {.steps = 200}, threads);
  DbmTraining exact(start, rows, {}, threads);
  for (Index step = 0; step < 150 && exact.step(); ++step) {
  }
  const double best = negative_bound(exact.machine(), rows, threads, {});
  EXPECT_LT(best, std::log(6.0) + 1e-3);  // the entropy of the rows, below which nothing is
  EXPECT_GT(best, std::log(6.0));
  DbmOptions options;
  options.is_exact = false;
  options.schedule = {.rate = 0.2, .steps = 3000};
  DbmTraining chains(start, rows, options, threads), resumed(start, rows, options, threads);
  const double before = negative_bound(start, rows, threads, {});
  while (chains.step())
    if (chains.steps_done() == 1500) resumed.set_state(chains.state());
  while (resumed.step()) {
  }
  EXPECT_EQ(chains.state(), resumed.state());
  EXPECT_LT(negative_bound(chains.machine(), rows, threads, {}), before - 0.3);
  EXPECT_THROW(DbmTraining(start, rows, {.k = 0}, threads), UserError);
  EXPECT_THROW(DbmTraining(start, {Batch::Zero(1, 5), Column::Ones(1)}, {}, threads), UserError);
  EXPECT_THROW(Dbm({{4}, Units::binary}), UserError);
  EXPECT_THROW(Dbm({{4, 0}, Units::binary}), UserError);
}

}  // namespace
}  // namespace nmc
