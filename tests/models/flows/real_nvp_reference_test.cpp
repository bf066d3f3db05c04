#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "models/flows/autoregressive/autoregressive_layer.hpp"
#include "models/flows/map/bijector_flow.hpp"
#include "tests/support/paths.hpp"

namespace nmc {
namespace {

using nlohmann::json;

// Two couplings of four numbers in pairs, computed in another language. Their log scales are not
// bounded: c tanh(S / c) with this c is S to a part in 10^12.
constexpr double kBound = 1e6;
constexpr int kHidden = 5;

json reference() {
  std::ifstream file(tests::test_data() + "/flows/real_nvp_dim4.json");
  return json::parse(file)["real_nvp_dim4"];
}

double number(const json& rows, int i, int j) {
  return rows[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)].get<double>();
}

/// The nets of both masks as one net of an autoregressive block, whose first two tokens stay:
/// hidden units 0 … 4 are those of t, the others those of s.
std::unique_ptr<AutoregressiveLayer> regression(std::vector<int> order) {
  AutoregressiveSpec spec;
  spec.order = std::move(order);
  spec.degrees = {std::vector<int>(2 * kHidden, 2)};
  spec.activation = simd::Activation::tanh;
  return std::make_unique<AutoregressiveLayer>(spec);
}

void fill(const AutoregressiveLayer& layer, const json& nets, std::span<double> p) {
  std::ranges::fill(p, 0.0);
  const auto& places = layer.places();
  const auto put = [&](Index place, double value) { p[static_cast<std::size_t>(place)] = value; };
  const char* names[] = {"t", "s"};
  for (int net = 0; net < 2; ++net) {
    const json& from = nets[names[net]];
    const double scale = net == 1 ? 1 / kBound : 1;
    for (int k = 0; k < kHidden; ++k) {
      const int unit = net * kHidden + k;
      const auto at = static_cast<std::size_t>(unit);
      for (int i = 0; i < 2; ++i)
        put(places.weights[0] + layer.shape(0).rows()[at] + i, number(from["W1"], i, k));
      put(places.biases[0] + unit, from["b1"][static_cast<std::size_t>(k)].get<double>());
      for (int token = 2; token < 4; ++token) {
        const auto row = static_cast<std::size_t>(2 * token + net);
        put(places.weights[1] + layer.shape(1).rows()[row] + unit,
            scale * number(from["W2"], k, token - 2));
      }
    }
    for (int token = 2; token < 4; ++token)
      put(places.biases[1] + 2 * token + net,
          scale * from["b2"][static_cast<std::size_t>(token - 2)].get<double>());
  }
  for (int t = 0; t < 4; ++t) put(places.bound + t, kBound);
}

TEST(RealNvpReference, IsMetByAnAutoregressiveFlowWithTwoFreeTokens) {
  const json all = reference();
  BijectorFlow::Layers layers;
  layers.push_back(regression({0, 1, 2, 3}));
  layers.push_back(regression({2, 3, 0, 1}));
  BijectorFlow flow(std::move(layers), Precision::twice, 1);
  for (std::size_t k = 0; k < 2; ++k) {
    const auto& layer = static_cast<const AutoregressiveLayer&>(*flow.layers()[k]);
    fill(layer, all["layers"][k],
         flow.parameters().subspan(k * flow.parameters().size() / 2, flow.parameters().size() / 2));
  }
  flow.parameters_changed();
  for (const json& one : all["cases"]) {
    Batch z(1, 4), x(1, 4);
    for (int i = 0; i < 4; ++i) {
      z(0, i) = one["z"][static_cast<std::size_t>(i)].get<double>();
      x(0, i) = one["x"][static_cast<std::size_t>(i)].get<double>();
    }
    const Mapped image = flow.forward(z);
    EXPECT_LE((image.y - x).abs().maxCoeff(), 1e-10);
    EXPECT_NEAR(image.log_det(0), one["logdet"].get<double>(), 1e-10);
    EXPECT_NEAR(flow.log_prob(x)(0), one["log_q"].get<double>(), 1e-10);
  }
}

}  // namespace
}  // namespace nmc
