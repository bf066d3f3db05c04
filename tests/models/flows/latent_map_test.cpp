#include "models/flows/map/latent_map.hpp"

#include <gtest/gtest.h>

#include "models/flows/coupling/mera.hpp"
#include "models/flows/linear/elementary.hpp"
#include "models/flows/linear/free_field.hpp"
#include "models/flows/map/bijector_flow.hpp"

namespace nmc {
namespace {

NeuralRgSpec small_rg(int L, RgLayout layout) {
  NeuralRgSpec spec;
  spec.L = L;
  spec.layout = layout;
  spec.couplings = 6;
  spec.hidden = {4};
  return spec;
}

BijectorFlow flow_of(BijectorFlow::Layers layers) {
  return BijectorFlow(std::move(layers), Precision::twice, 3);
}

// Which entries of the Jacobian are not 0 at a few draws of z: what the light cone must be.
bool cone_is_that_of_the_jacobian(const BijectorFlow& flow) {
  const LatentMap map = flow.latent_map();
  Batch z(8, flow.sites());
  fill_normal({.seed = 5}, z);
  const Batch x = flow.forward(z).y;
  for (Index site = 0; site < flow.sites(); ++site) {
    Batch unit = Batch::Zero(z.rows(), z.cols());
    unit.col(site).setOnes();
    const Batch row = flow.forward_vjp(x, unit, Column::Zero(z.rows()), {});
    for (Index latent = 0; latent < flow.sites(); ++latent)
      if ((row.col(latent) != 0).any() != map.reaches(latent, site)) return false;
  }
  return true;
}

// At scale k the sites at multiples of 2^k take part; a latent variable is dropped at the last one.
TEST(LatentMap, OfAMeraHasTheScaleOfTheLastBlockThatActsOnIt) {
  for (const RgLayout layout : {RgLayout::mera, RgLayout::decimator}) {
    const LatentMap map = flow_of(neural_rg_layers(small_rg(8, layout))).latent_map();
    ASSERT_EQ(map.levels, 3);
    for (Index site = 0; site < 64; ++site) {
      const Index x = site % 8, y = site / 8;
      const Index expected = (x | y) % 2 != 0 ? 0 : (x | y) % 4 != 0 ? 1 : 2;
      EXPECT_EQ(map.level[site], expected) << site;
    }
    EXPECT_EQ(map.of_level(2), (std::vector<Index>{0, 4, 32, 36}));
    EXPECT_EQ(map.of_level(0).size(), 48);
  }
}

TEST(LatentMap, OfBricksHasOneLevel) {
  const LatentMap map = flow_of(neural_rg_layers(small_rg(4, RgLayout::disentangler))).latent_map();
  EXPECT_EQ(map.levels, 1);
}

TEST(LatentMap, LightConeIsWhereTheJacobianIsNotZero) {
  for (const RgLayout layout : {RgLayout::mera, RgLayout::decimator, RgLayout::disentangler})
    EXPECT_TRUE(cone_is_that_of_the_jacobian(flow_of(neural_rg_layers(small_rg(8, layout)))));
}

TEST(LatentMap, FollowsPermutations) {
  auto layers = neural_rg_layers(small_rg(4, RgLayout::mera));
  std::vector<int> turned(16);
  for (int i = 0; i < 16; ++i) turned[i] = (i + 5) % 16;
  layers.insert(layers.begin(), std::make_unique<PermutationLayer>(turned));
  const BijectorFlow flow = flow_of(std::move(layers));
  const LatentMap map = flow.latent_map();
  // Generation: variable i is latent variable i + 5; those at 0, 2, 8, 10 are the coarsest.
  EXPECT_EQ(map.of_level(1), (std::vector<Index>{5, 7, 13, 15}));
  EXPECT_TRUE(cone_is_that_of_the_jacobian(flow));
}

TEST(LatentMap, SaysWhichLayerHoldsTheCollectiveModes) {
  for (const bool is_first : {true, false}) {
    auto layers = neural_rg_layers(small_rg(4, RgLayout::mera));
    auto free_field = std::make_unique<FreeFieldLayer>(std::vector<Index>{4, 4});
    const Index place = is_first ? 0 : std::ssize(layers);
    layers.insert(layers.begin() + place, std::move(free_field));
    BijectorFlow flow = flow_of(std::move(layers));
    const auto offset =
        flow.layer_parameters(static_cast<std::size_t>(place)).data() - flow.parameters().data();
    flow.parameters()[static_cast<std::size_t>(offset)] = std::log(7.0);  // k = 0 is orbit 0
    flow.parameters_changed();
    const LatentMap map = flow.latent_map();
    EXPECT_EQ(map.levels, 2);
    ASSERT_EQ(map.global.size(), 1);
    EXPECT_EQ(map.global[0].place, place);
    EXPECT_EQ(map.global[0].is_before, is_first);
    EXPECT_NEAR(map.global[0].uniform_gain, 7, 1e-12);
    EXPECT_NEAR(map.global[0].mean_log_gain, std::log(7.0) / 16, 1e-12);
    for (Index site = 0; site < 16; ++site) EXPECT_TRUE(map.reaches(0, site));
  }
}

}  // namespace
}  // namespace nmc
