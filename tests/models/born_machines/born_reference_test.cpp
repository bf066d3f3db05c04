#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <numeric>

#include "models/born_machines/born_machine.hpp"
#include "tests/support/paths.hpp"

/// An open Born machine against values that were computed elsewhere. Numbers agree to 1e-12,
/// relative where they are large.
namespace nmc {
namespace {

using Json = nlohmann::json;
constexpr double kAgree = 1e-12;

void append_numbers(const Json& nested, std::vector<double>& numbers) {
  if (nested.is_number()) {
    numbers.push_back(nested.get<double>());
    return;
  }
  for (const Json& part : nested) append_numbers(part, numbers);
}

std::vector<double> numbers_in(const Json& nested) {
  std::vector<double> numbers;
  append_numbers(nested, numbers);
  return numbers;
}

/// One row of spins from "01…", a spin up for 1.
Batch spins_of(const std::string& bits) {
  Batch s(1, std::ssize(bits));
  for (Index i = 0; i < s.cols(); ++i) s(0, i) = bits[static_cast<std::size_t>(i)] == '1' ? 1 : -1;
  return s;
}

class BornReference : public testing::Test {
 protected:
  void SetUp() override {
    std::ifstream file(tests::shared_data() + "/zoo/born.json");
    if (!file) GTEST_SKIP() << "no reference data in " << tests::shared_data();
    given_ = Json::parse(file)["open_D4"];
    MpsSpec spec;
    spec.sites = given_["n"].get<Index>();
    spec.order.resize(static_cast<std::size_t>(spec.sites));
    std::iota(spec.order.begin(), spec.order.end(), 0);
    spec.bonds = {1};
    for (const Json& tensor : given_["tensors"])
      spec.bonds.push_back(std::ssize(tensor.front().front()));
    model_ = std::make_unique<BornMachine>(std::move(spec), numbers_in(given_["tensors"]));
  }
  double log_p(const Batch& s) const { return model_->log_prob(s)(0); }

  Json given_;
  std::unique_ptr<BornMachine> model_;
};

TEST_F(BornReference, NormAndDensity) {
  const double log_z = given_["lnZ"].get<double>();
  EXPECT_NEAR(model_->log_z(), log_z, kAgree * log_z);
  for (const auto& [bits, value] : given_["logp_some"].items())
    EXPECT_NEAR(log_p(spins_of(bits)), value.get<double>(), kAgree * 10) << bits;
  for (const auto& [bits, value] : given_["psi_some"].items())
    EXPECT_NEAR(0.5 * (log_p(spins_of(bits)) + log_z), std::log(std::abs(value.get<double>())),
                kAgree * 10)
        << bits;
}

TEST_F(BornReference, GradientOfTheNegativeLogLikelihood) {
  std::vector<double> grad(model_->parameters().size());
  const auto count = static_cast<double>(given_["logp_some"].size());
  double nll = 0;
  for (const auto& [bits, value] : given_["logp_some"].items()) {
    const Batch s = spins_of(bits);
    nll -= log_p(s) / count;
    model_->add_grad(s, Column::Constant(1, -1 / count), grad);
  }
  EXPECT_NEAR(nll, given_["data_nll"].get<double>(), kAgree * 10);
  const std::vector<double> expected = numbers_in(given_["nll_grad_site"]);
  ASSERT_EQ(grad.size(), expected.size());
  for (std::size_t k = 0; k < grad.size(); ++k)
    EXPECT_NEAR(grad[k], expected[k], kAgree * std::max(1.0, std::abs(expected[k]))) << k;
}

TEST_F(BornReference, ConditionalsMarginalsAndInpainting) {
  const Batch s = spins_of("10000001");
  const Batch terms = model_->log_conditionals(s);
  for (Index i = 0; i < 8; ++i) {
    const double p = std::exp(terms(0, i));
    const auto place = static_cast<std::size_t>(i);
    EXPECT_NEAR(s(0, i) > 0 ? p : 1 - p,
                given_["conditional_p1_given_prefix_of_10000001"][place].get<double>(), kAgree);
    Batch one = Batch::Zero(1, 8);
    one(0, i) = 1;
    EXPECT_NEAR(std::exp(model_->log_marginal(one)(0)), given_["marginals_p1"][place].get<double>(),
                kAgree);
  }
  Batch known = Batch::Zero(1, 8);
  for (const auto& [site, bit] : given_["inpainting"]["given"].items())
    known(0, std::stol(site)) = bit.get<int>() == 1 ? 1 : -1;
  Batch with = known;
  with(0, 3) = 1;
  const Column ratio = model_->log_marginal(with) - model_->log_marginal(known);
  EXPECT_NEAR(std::exp(ratio(0)), given_["inpainting"]["p_x3_eq_1"].get<double>(), kAgree);
}

TEST_F(BornReference, EntanglementOfEveryCut) {
  const auto values = model_->schmidt_values();
  const Json& expected = given_["entanglement_entropy"];
  ASSERT_EQ(values.size(), expected.size());
  for (std::size_t cut = 0; cut < values.size(); ++cut) {
    EXPECT_NEAR(values[cut].squaredNorm(), 1, kAgree);
    EXPECT_NEAR(entanglement_entropy(values[cut]), expected[cut].get<double>(), kAgree) << cut;
  }
}

}  // namespace
}  // namespace nmc
