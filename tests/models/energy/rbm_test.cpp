#include "models/energy/rbm.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "core/linear/factors.hpp"
#include "core/roles/all_states.hpp"
#include "models/energy/rbm_exact.hpp"
#include "tests/models/energy/zoo_machine.hpp"

namespace nmc {
namespace {

constexpr double kRounding = 1e-12;

double by_states(const Rbm& rbm) {
  const Column log_p = rbm.log_density(all_states(rbm.support(), rbm.sites()));
  return log_p.maxCoeff() + std::log((log_p - log_p.maxCoeff()).exp().sum());
}

/// v → h → v of all states of the visible units, from the conditional means.
Eigen::MatrixXd gibbs_matrix(const Rbm& rbm) {
  const Batch v = all_states(rbm.support(), rbm.sites());
  const Batch h = all_states(rbm.support(), rbm.hidden());
  const auto odds = [](const Batch& means, const Batch& states) {
    Eigen::MatrixXd p = Eigen::MatrixXd::Ones(means.rows(), states.rows());
    for (Index i = 0; i < means.cols(); ++i)
      for (Index s = 0; s < states.rows(); ++s)
        p.col(s).array() *= states(s, i) == 1 ? Column(means.col(i)) : Column(1 - means.col(i));
    return p;
  };
  return odds(rbm.hidden_means(v), h) * odds(rbm.visible_means(h), v);
}

class ZooMachine : public testing::Test {
 protected:
  void SetUp() override {
    const nlohmann::json zoo = test::machine_zoo();
    if (zoo.is_null()) GTEST_SKIP() << "no reference data beside the checkout";
    zoo_ = zoo["bas2x2_nh3"];
  }
  [[nodiscard]] Rbm rbm() const { return test::machine_of(zoo_); }
  [[nodiscard]] Batch data() const {
    return test::bits_of(zoo_["data"].get<std::vector<std::string>>());
  }
  /// Gradient of the mean NLL in the parameters' order.
  [[nodiscard]] std::vector<double> gradient(const Batch& positive, const Column& weight,
                                             const RbmMoments& negative) const {
    std::vector<double> grad(rbm().parameters().size());
    rbm().add_grad(positive, -weight, grad);
    add_log_z_grad(negative, 1, grad);
    return grad;
  }
  void expect_gradient(const std::vector<double>& grad, const nlohmann::json& expected) const {
    const Eigen::VectorXd a = test::vector_of(expected["grad_a"]);
    const Eigen::MatrixXd W = test::matrix_of(expected["grad_W"]);
    const Index nh = W.cols();
    for (Index i = 0; i < a.size(); ++i) {
      EXPECT_NEAR(grad[static_cast<std::size_t>(i)], a(i), kRounding);
      for (Index j = 0; j < nh; ++j)
        EXPECT_NEAR(grad[static_cast<std::size_t>(a.size() + nh + i * nh + j)], W(i, j), kRounding);
    }
  }
  nlohmann::json zoo_;
};

TEST_F(ZooMachine, HasTheKnownZFromBothSidesAndLogP) {
  const double lnZ = zoo_["lnZ"].get<double>();
  EXPECT_NEAR(log_z(rbm(), Side::hidden), lnZ, kRounding);
  EXPECT_NEAR(log_z(rbm(), Side::visible), lnZ, kRounding);
  for (const auto& [bits, log_p] : zoo_["logp_some"].items())
    EXPECT_NEAR(rbm().log_density(test::bits_of({bits}))(0) - lnZ, log_p.get<double>(), kRounding);
  EXPECT_NEAR(lnZ - rbm().log_density(data()).mean(), zoo_["nll_data"].get<double>(), kRounding);
}

TEST_F(ZooMachine, HasTheKnownGradientAndMeans) {
  for (const Side side : {Side::visible, Side::hidden}) {
    const RbmMoments moments = exact_moments(rbm(), side);
    const Column weight = Column::Constant(data().rows(), 1.0 / static_cast<double>(data().rows()));
    const std::vector<double> grad = gradient(data(), weight, moments);
    expect_gradient(grad, zoo_);
    const Eigen::VectorXd b = test::vector_of(zoo_["grad_b"]);
    for (Index j = 0; j < b.size(); ++j)
      EXPECT_NEAR(grad[static_cast<std::size_t>(4 + j)], b(j), kRounding);
    EXPECT_LT((moments.visible - test::vector_of(zoo_["model_mean_x"])).cwiseAbs().maxCoeff(),
              kRounding);
    EXPECT_LT((moments.hidden - test::vector_of(zoo_["model_mean_h"])).cwiseAbs().maxCoeff(),
              kRounding);
  }
}

TEST_F(ZooMachine, RelaxesUnderBlockGibbsAsKnown) {
  const Eigen::MatrixXd T = gibbs_matrix(rbm());
  const Batch v = all_states(rbm().support(), 4);
  const Eigen::VectorXd root = (rbm().log_density(v) / 2).exp().matrix();
  // In detailed balance: the symmetrised matrix has the same eigenvalues.
  const Eigen::MatrixXd symmetric = root.asDiagonal() * T * root.cwiseInverse().asDiagonal();
  const Eigen::VectorXd values =
      linear::symmetric_eigenvalues((symmetric + symmetric.transpose()) / 2);
  EXPECT_NEAR(values(15), 1, kRounding);
  EXPECT_NEAR(values(14), zoo_["gibbs_lambda2"].get<double>(), kRounding);
}

TEST_F(ZooMachine, ExpectsOfContrastiveDivergenceWhatIsKnown) {
  const Eigen::MatrixXd T = gibbs_matrix(rbm());
  const Batch v = all_states(rbm().support(), 4);
  const double rows = static_cast<double>(data().rows());
  for (const auto& [k, expected] : zoo_["expected_cd_k"].items()) {
    Eigen::RowVectorXd q = Eigen::RowVectorXd::Zero(16);
    for (Index row = 0; row < data().rows(); ++row)
      q(state_number(data(), row, rbm().support())) += 1 / rows;
    for (int step = 0; step < std::stoi(k); ++step) q = (q * T).eval();
    std::vector<double> grad(rbm().parameters().size());
    rbm().add_grad(data(), Column::Constant(data().rows(), -1 / rows), grad);
    rbm().add_grad(v, q.transpose().array(), grad);
    expect_gradient(grad, expected);
  }
}

TEST_F(ZooMachine, LosesTheKnownVarianceToRaoAndBlackwell) {
  const Batch v = all_states(rbm().support(), 4);
  const Column p = (rbm().log_density(v) - zoo_["lnZ"].get<double>()).exp();
  const Batch means = rbm().hidden_means(v);
  const Eigen::MatrixXd raw = test::matrix_of(zoo_["var_xh_raw"]);
  const Eigen::MatrixXd reduced = test::matrix_of(zoo_["var_xh_raoblackwell"]);
  double ratio = 0;
  for (Index i = 0; i < 4; ++i)
    for (Index j = 0; j < 3; ++j) {
      const Column product = v.col(i) * means.col(j);
      const double mean = (p * product).sum();
      const double variance = (p * product.square()).sum() - mean * mean;
      EXPECT_NEAR(mean * (1 - mean), raw(i, j), kRounding);  // of a product that is 0 or 1
      EXPECT_NEAR(variance, reduced(i, j), kRounding);
      ratio += variance / (mean * (1 - mean)) / 12;
    }
  EXPECT_NEAR(ratio, zoo_["mean_var_ratio_rb_over_raw"].get<double>(), kRounding);
}

/// Both sides, more states than one block holds, both units, against the sum over all states.
TEST(RbmSums, AgreeFromBothSidesAndWithEveryState) {
  for (const Units units : {Units::binary, Units::spin})
    for (const auto& [visible, hidden] : {std::pair<Index, Index>{12, 3}, {3, 12}, {1, 1}}) {
      const Rbm rbm = test::random_machine({visible, hidden, units}, 0.8, 5);
      const double lnZ = by_states(rbm);
      EXPECT_NEAR(log_z(rbm, Side::visible), lnZ, kRounding);
      EXPECT_NEAR(log_z(rbm, Side::hidden), lnZ, kRounding);
      const RbmMoments one = exact_moments(rbm, Side::visible, Threads(2));
      const RbmMoments other = exact_moments(rbm, Side::hidden);
      EXPECT_NEAR(one.log_z, lnZ, kRounding);
      EXPECT_LT((one.products - other.products).cwiseAbs().maxCoeff(), kRounding);
      EXPECT_LT((one.visible - other.visible).cwiseAbs().maxCoeff(), kRounding);
      EXPECT_LT((one.hidden - other.hidden).cwiseAbs().maxCoeff(), kRounding);
      EXPECT_EQ(one.log_z, exact_moments(rbm, Side::visible, Threads(1)).log_z);
    }
}

TEST(RbmSums, SurviveWeightsWhoseExponentialsDoNot) {
  const Rbm rbm = test::random_machine({6, 5, Units::binary}, 700, 2);
  EXPECT_NEAR(log_z(rbm, Side::visible), log_z(rbm, Side::hidden), 1e-9);
  EXPECT_TRUE(exact_moments(rbm, Side::hidden).products.allFinite());
}

TEST(RbmSums, HaveTheDerivativesOfLnZAsMeans) {
  for (const Units units : {Units::binary, Units::spin}) {
    Rbm rbm = test::random_machine({4, 3, units}, 0.7, 3);
    std::vector<double> grad(rbm.parameters().size());
    add_log_z_grad(exact_moments(rbm, Side::hidden), 1, grad);
    constexpr double h = 1e-4;  // errors h² f‴/6 and 1e-16/h
    for (std::size_t k = 0; k < grad.size(); ++k) {
      const double at = rbm.parameters()[k];
      rbm.parameters()[k] = at + h;
      const double above = log_z(rbm, Side::hidden);
      rbm.parameters()[k] = at - h;
      EXPECT_NEAR(grad[k], (above - log_z(rbm, Side::hidden)) / (2 * h), 1e-7);
      rbm.parameters()[k] = at;
    }
  }
}

TEST(RbmBlocks, SumToTheDensityAndDrawByTheirMeans) {
  for (const Units units : {Units::binary, Units::spin}) {
    const Rbm rbm = test::random_machine({4, 3, units}, 0.7, 4);
    const Batch v = all_states(rbm.support(), 4), h = all_states(rbm.support(), 3);
    Column sum = Column::Zero(v.rows());
    for (Index s = 0; s < h.rows(); ++s)
      sum += rbm.log_joint(std::vector<Batch>{v, h.row(s).replicate(v.rows(), 1)}).exp();
    EXPECT_LT((sum.log() - rbm.log_density(v)).abs().maxCoeff(), kRounding);
    const bool is_spin = units == Units::spin;
    const Batch means = rbm.hidden_means(v);
    const Batch up = is_spin ? Batch((1 + means) / 2) : means;  // a unit is 1 below this uniform
    const std::vector<Batch> all{v, Batch()};
    EXPECT_TRUE((rbm.draw(1, all, up - 1e-12) == 1).all());
    EXPECT_TRUE((rbm.draw(1, all, up + 1e-12) == (is_spin ? -1 : 0)).all());
  }
}

TEST(RbmRows, HaveTheSameBitsInEveryBatch) {
  const Rbm rbm = test::random_machine({37, 19, Units::binary}, 0.5, 6);
  Batch u(33, 37);
  fill_uniform({.seed = 3, .purpose = Purpose::test}, u);
  const Batch v = (u < 0.5).select(Batch::Ones(33, 37), 0.0);
  const Column all = rbm.log_density(v);
  for (const Index row : {0, 7, 32}) EXPECT_EQ(rbm.log_density(v.row(row))(0), all(row));
}

TEST(RbmInput, IsRefusedWithItsPlace) {
  EXPECT_THROW(Rbm({4, 0, Units::binary}), UserError);
  EXPECT_THROW(Rbm({0, 4, Units::binary}), UserError);
  Batch v = Batch::Zero(3, 2);
  v(1, 1) = -1;
  EXPECT_THROW(check_units(v, Units::binary, "data.h5:x"), UserError);
  EXPECT_NO_THROW(check_units(2 * Batch::Ones(2, 2) - 1, Units::spin, "data.h5:x"));
  EXPECT_THROW((void)log_z(Rbm({60, 60, Units::binary}), Side::hidden), UserError);
}

}  // namespace
}  // namespace nmc
