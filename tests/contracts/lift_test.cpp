#include "models/flows/file/lift.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "models/flows/continuous/kernel_flow.hpp"
#include "models/flows/coupling/mera.hpp"
#include "models/flows/linear/elementary.hpp"
#include "models/flows/linear/free_field.hpp"
#include "tests/contracts/flow_contract.hpp"
#include "tests/support/message_of.hpp"

/// Flows that begin as one of half the extents.
namespace nmc::contracts {
namespace {

using LiftedLayers = BijectorFlow::Layers;

template <class Layer, class... Args>
std::unique_ptr<BijectorFlow> lone_flow(Args&&... args) {
  LiftedLayers layers;
  layers.push_back(std::make_unique<Layer>(std::forward<Args>(args)...));
  return std::make_unique<BijectorFlow>(std::move(layers), Precision::twice, 1);
}

std::unique_ptr<BijectorFlow> kernel_flow_on(std::vector<Index> extents, int channels = 2) {
  KernelFieldShape shape;
  shape.extents = std::move(extents);
  shape.channels = channels;
  shape.steps = 6;
  return lone_flow<KernelFlow>(shape);
}

void lift_flow(const BijectorFlow& smaller, BijectorFlow& larger) {
  const std::vector<double> lifted = lifted_parameters(smaller, larger);
  std::ranges::copy(lifted, larger.parameters().begin());
  larger.parameters_changed();
}

void move_numbers(BijectorFlow& flow) {
  const Batch noise = normals(1, std::ssize(flow.parameters()), 0.1, 3);
  for (std::size_t k = 0; k < flow.parameters().size(); ++k)
    flow.parameters()[k] += noise(0, static_cast<Index>(k));
  flow.parameters_changed();
}

/// (chains, sites) of the smaller lattice, repeated in every direction of a square.
Batch repeated(const Batch& small, Index L) {
  Batch large(small.rows(), 4 * L * L);
  for (Index y = 0; y < 2 * L; ++y)
    for (Index x = 0; x < 2 * L; ++x) large.col(x + 2 * L * y) = small.col(x % L + L * (y % L));
  return large;
}

// A field that repeats has the waves of the smaller lattice alone, whose numbers are its own.
TEST(Lift, MovesAFieldThatRepeatsAsTheSmallerFlowDoes) {
  const auto small = kernel_flow_on({6, 6}), large = kernel_flow_on({12, 12});
  move_numbers(*small);
  lift_flow(*small, *large);
  const Batch z = normals(5, 36, 1.0);
  const Mapped x = small->forward(z);
  const Mapped y = large->forward(repeated(z, 6));
  EXPECT_LE((y.y - repeated(x.y, 6)).abs().maxCoeff(), 1e-12);
}

TEST(Lift, InterpolatesBetweenTheWavesOfTheSmallerLattice) {
  const auto small = lone_flow<FreeFieldLayer>(std::vector<Index>{5}),
             large = lone_flow<FreeFieldLayer>(std::vector<Index>{10});
  for (int k = 0; k < 3; ++k) small->parameters()[static_cast<std::size_t>(k)] = k * k + 1;
  lift_flow(*small, *large);
  const double expected[] = {1, 1.5, 2, 3.5, 5, 5};
  ASSERT_EQ(large->parameters().size(), 6U);
  for (std::size_t k = 0; k < 6; ++k) EXPECT_DOUBLE_EQ(large->parameters()[k], expected[k]) << k;
}

TEST(Lift, GivesANeuralRgNetworkAScaleMore) {
  const auto network = [](int L, int couplings = 2) {
    NeuralRgSpec spec;
    spec.L = L;
    spec.couplings = couplings;
    spec.hidden = {4};
    LiftedLayers layers = neural_rg_layers(spec);
    layers.push_back(std::make_unique<FreeFieldLayer>(std::vector<Index>{L, L}));
    return std::make_unique<BijectorFlow>(std::move(layers), Precision::twice, 1);
  };
  const auto small = network(4), large = network(8);
  move_numbers(*small);
  lift_flow(*small, *large);
  // The finest scales are the same, the new coarsest one begins as the old one.
  const std::size_t from[] = {0, 1, 0, 1, 2, 3};
  for (std::size_t k = 0; k < 6; ++k)
    EXPECT_TRUE(std::ranges::equal(large->layer_parameters(k), small->layer_parameters(from[k])));
  EXPECT_EQ(message_of([&] { lift_flow(*network(4, 3), *large); }),
            "layer 0 of the smaller network is no start for layer 0 of this one: every extent must "
            "be twice as large and all keys of [model] the same, without scaling");
}

TEST(Lift, RefusesWhatIsNoDouble) {
  const auto message = [](const std::unique_ptr<BijectorFlow>& small,
                          const std::unique_ptr<BijectorFlow>& large) {
    return message_of([&] { lift_flow(*small, *large); });
  };
  const std::string no_double = "every extent must be twice as large";
  EXPECT_NE(message(kernel_flow_on({4, 4}), kernel_flow_on({6, 6})).find(no_double),
            std::string::npos);
  EXPECT_NE(message(kernel_flow_on({4, 4}), kernel_flow_on({4, 8})).find(no_double),
            std::string::npos);
  EXPECT_NE(message(kernel_flow_on({4, 4}, 1), kernel_flow_on({8, 8})).find(no_double),
            std::string::npos);
  EXPECT_NE(message(lone_flow<ScalingLayer>(4), lone_flow<ScalingLayer>(8)).find("without scaling"),
            std::string::npos);
}

}  // namespace
}  // namespace nmc::contracts
