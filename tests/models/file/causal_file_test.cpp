#include "models/autoregressive/causal_model.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <limits>

#include "core/archive/publish.hpp"
#include "models/file/model_file.hpp"
#include "tests/contracts/causal_architectures.hpp"

namespace nmc {
namespace {

class CausalFiles : public testing::Test {
 protected:
  void SetUp() override {
    directory_ =
        std::filesystem::temp_directory_path() / ("nmc_causal_file_" + std::to_string(::getpid()));
    std::filesystem::create_directories(directory_);
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }
  [[nodiscard]] std::string path() const { return (directory_ / "model.h5").string(); }

  void store(const CausalModel& model) const {
    archive::publish_file(path(), [&](archive::File& file) {
      write_model(file, model, "made", {{"name", "ising"}, {"L", "4"}});
    });
  }
  /// The message with which the file is refused.
  [[nodiscard]] std::string refusal() const {
    try {
      (void)read_model(path());
    } catch (const UserError& error) {
      EXPECT_NE(std::string(error.what()).find(path()), std::string::npos) << error.what();
      return error.what();
    }
    return "nothing was refused";
  }

 private:
  std::filesystem::path directory_;
};

TEST_F(CausalFiles, ReadingGivesBackTheSameModelBitForBit) {
  for (const auto& [name, spec, sees_all] : test::causal_architectures({4, 4}))
    for (const Precision precision : {Precision::single, Precision::twice}) {
      const auto model = test::noisy_model(spec, precision);
      store(*model);
      const ModelFile stored = read_model(path());
      const auto* causal = dynamic_cast<const CausalModel*>(stored.model.get());
      ASSERT_NE(causal, nullptr) << name;
      EXPECT_EQ(causal->precision(), precision) << name;
      EXPECT_TRUE(std::ranges::equal(causal->order(), model->order())) << name;
      EXPECT_EQ(causal->spec().beta, model->spec().beta) << name;
      const Streams streams{2, 0, 0, Purpose::test};
      const Draw a = model->sample(streams, 20), b = causal->sample(streams, 20);
      EXPECT_TRUE((a.x == b.x).all()) << name;
      EXPECT_TRUE((a.log_q == b.log_q).all()) << name;
      EXPECT_TRUE((causal->log_conditionals(a.x) == model->log_conditionals(a.x)).all()) << name;
      EXPECT_EQ(stored.name, "made");
      EXPECT_EQ(stored.target.at("L"), "4");
    }
}

TEST_F(CausalFiles, AConditionalNetworkKeepsItsRange) {
  for (const auto& [name, spec, sees_all] : test::causal_architectures({4, 4})) {
    if (!spec.beta_range) continue;
    const auto model = test::noisy_model(spec, Precision::twice);
    store(*model);
    const ModelFile stored = read_model(path());
    const Batch s = model->sample({2, 0, 0, Purpose::test}, 20).x;
    for (const double beta : {0.1, 0.25, 0.6}) {
      stored.model->set_condition({{beta}});
      EXPECT_TRUE((stored.model->log_prob(s) == model->at({{beta}})->log_prob(s)).all()) << name;
    }
    EXPECT_THROW(stored.model->set_condition({{0.61}}), UserError) << name;
  }
}

CausalSpec small_spec() {
  return test::wired(made_spec(test::in_order({{2, 2}}, PatchOrder::raster), {2, 3}),
                     test::small_glass({2, 2}));
}

TEST_F(CausalFiles, AWeightThatIsNoNumberIsRefused) {
  const auto model = test::noisy_model(small_spec(), Precision::twice);
  model->parameters()[3] = std::numeric_limits<double>::quiet_NaN();
  store(*model);
  EXPECT_NE(refusal().find("/model/parameters holds a number that is not finite"),
            std::string::npos);
}

TEST_F(CausalFiles, ATruncatedFileIsNamed) {
  store(*test::noisy_model(small_spec(), Precision::twice));
  std::filesystem::resize_file(path(), std::filesystem::file_size(path()) / 2);
  EXPECT_NE(refusal(), "nothing was refused");
}

/// The arrays of a file by hand: a MADE of one layer on two sites, which `spoil` may change.
struct Parts {
  std::vector<std::int64_t> order{1, 0}, first{0, 0, 1}, runs{0, 1, 0}, bias{0, 1};
  std::vector<double> parameters{0.7, 0.1, -0.2};
  std::string type = "autoregressive", activation = "elu";
  std::int64_t units = 1, patch = 1;
  bool has_layers = true;
};

void write(archive::File& file, const Parts& parts) {
  file.set_attribute("/", "format", "neuralmc-model");
  file.set_attribute("/", "version", 1);
  file.create_group("/model");
  for (const auto& [key, value] :
       std::vector<std::pair<const char*, std::string>>{{"type", parts.type},
                                                        {"precision", "double"},
                                                        {"activation", parts.activation},
                                                        {"input", "spins"}})
    file.set_attribute("/model", key, value);
  file.set_attribute("/model", "sites", 2);
  file.set_attribute("/model", "networks", 2);
  file.set_attribute("/model", "patch", parts.patch);
  file.write("/model/order", {std::ssize(parts.order)}, parts.order);
  file.write("/model/parameters", {std::ssize(parts.parameters)}, parts.parameters);
  if (!parts.has_layers) return;
  const std::string layer = "/model/layers/000";
  file.create_group(layer);
  file.set_attribute(layer, "units", parts.units);
  file.set_attribute(layer, "weights", 1);
  file.set_attribute(layer, "biases", 2);
  file.set_attribute(layer, "residual", 0);
  file.write(layer + "/first", {std::ssize(parts.first)}, parts.first);
  file.write(layer + "/runs", {std::ssize(parts.runs) / 3, 3}, parts.runs);
  file.write(layer + "/bias", {std::ssize(parts.bias)}, parts.bias);
}

TEST_F(CausalFiles, HoldTheFormulaThatTheirPageStates) {
  archive::publish_file(path(), [](archive::File& file) { write(file, {}); });
  const ModelFile file = read_model(path());
  const Batch s = test::all_configurations(2);
  const Column log_q = file.model->log_prob(s);
  const auto log_of = [](double a, double spin) { return -std::log1p(std::exp(-spin * a)); };
  for (Index row = 0; row < 4; ++row)  // a_0 = 0.1 for site 1, a_1 = 0.7 s_1 - 0.2 for site 0
    EXPECT_NEAR(log_q(row), log_of(0.1, s(row, 1)) + log_of(0.7 * s(row, 1) - 0.2, s(row, 0)),
                1e-15);
}

TEST_F(CausalFiles, WhatDoesNotHoldTogetherIsRefusedByName) {
  struct Case {
    std::function<void(Parts&)> spoil;
    const char* message;
  };
  // Sums with it overflow.
  static constexpr auto kHuge = std::numeric_limits<std::int64_t>::max();
  const std::vector<Case> cases{
      {[](Parts& p) {
         p.order = {0, 0};
       },
       "the order names site 0 twice"},
      {[](Parts& p) { p.order = {0}; }, "/model/order has shape (1), expected (2)"},
      {[](Parts& p) {
         p.first = {0, 1, 1};
       },
       "layer 0 of a causal network reads what is not there"},
      {[](Parts& p) {
         p.first = {0, 1};
       },
       "/model/layers/000/first has shape (2), expected (3)"},
      {[](Parts& p) {
         p.first = {0, 2, 1};
       },
       "layer 0 of a causal network is incomplete"},
      {[](Parts& p) {
         p.runs = {-1, 1, 0};
       },
       "reads what is not there"},
      {[](Parts& p) {
         p.runs = {0, 1, 1};
       },
       "reads what is not there"},
      {[](Parts& p) {
         p.runs = {kHuge, kHuge, kHuge};
       },
       "reads what is not there"},
      {[](Parts& p) {
         p.bias = {0, kHuge};
       },
       "layer 0 of a causal network lacks biases"},
      {[](Parts& p) {
         p.bias = {0, 2};
       },
       "layer 0 of a causal network lacks biases"},
      {[](Parts& p) {
         p.bias = {-1, 0};
       },
       "layer 0 of a causal network lacks biases"},
      {[](Parts& p) { p.units = -1; }, "/model/layers/000 units = -1 is out of range"},
      {[](Parts& p) { p.units = 2; }, "/model does not hold together"},
      {[](Parts& p) { p.patch = 3; }, "patches of 3 spins do not tile 2 sites"},
      {[](Parts& p) { p.parameters.pop_back(); }, "/model/parameters has shape (2), expected (3)"},
      {[](Parts& p) { p.type = "oracle"; },
       "type of /model is \"oracle\"; it is one of flow, auto"},
      {[](Parts& p) { p.activation = "step"; },
       "activation of /model is \"step\"; it is one of elu, tanh, softplus"},
      {[](Parts& p) { p.has_layers = false; }, "/model/layers is missing (docs/model-file.md)"},
  };
  for (const auto& [spoil, message] : cases) {
    Parts parts;
    spoil(parts);
    archive::publish_file(path(), [&](archive::File& file) { write(file, parts); });
    EXPECT_NE(refusal().find(message), std::string::npos) << refusal() << "\nwanted: " << message;
  }
}

}  // namespace
}  // namespace nmc
