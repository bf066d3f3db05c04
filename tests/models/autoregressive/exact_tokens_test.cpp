#include <gtest/gtest.h>

#include "physics/systems/ising.hpp"
#include "tests/contracts/causal_architectures.hpp"

/// Tokens that are drawn from the exact conditional of the couplings, without a network.
namespace nmc {
namespace {

CausalFrame ending_exactly(CausalFrame frame, const Graph& graph) {
  frame.networks = networks_needed(graph, frame);
  return frame;
}

/// Every kind of network with an exact end, for the glass at beta = 0.4.
std::vector<CausalSpec> specs(const Graph& glass) {
  const std::vector<Index> extents{4, 4};
  const CausalFrame raster = ending_exactly(test::in_order({extents}, PatchOrder::raster), glass);
  const CausalFrame patches =
      ending_exactly(test::in_order({extents, {2, 2}}, PatchOrder::snake), glass);
  const CausalFrame board = ending_exactly(test::checkerboard(extents), glass);
  return {test::wired(made_spec(raster, {2, 3}), glass),
          test::wired(made_spec(patches, {2, 3}), glass),
          test::wired(made_spec(board, {2, 3}), glass),
          test::wired(pixel_cnn_spec(raster, {extents, 3, 3, 3, true, true}), glass),
          test::wired(wavenet_spec(raster, {0, 3, true}), glass),
          test::conditional(two_body_spec(raster, glass, 0.4, {2, 3})),
          two_body_spec(patches, glass, 0.4, {2, 3}),
          test::wired(hierarchical_spec({}, {extents, 2, 3, false, true}), glass)};
}

// With the exact conditional, ln q(s_t | …) + beta E_t is -ln of the sum over the token's patterns,
// whichever was drawn: ln q - ln p does not see it, and the score's gradient has no noise from it.
TEST(ExactTokens, LeaveTheLossAsItIsWhateverTheyAre) {
  const Graph glass = test::small_glass({4, 4});
  const Ising target(glass, 0.4);
  for (const CausalSpec& spec : specs(glass)) {
    ASSERT_LT(spec.networks, spec.tokens());
    const auto model = test::noisy_model(spec, Precision::single);
    const Draw draw = model->sample({3, 0, 0, Purpose::test}, 100);
    const auto loss = [&](const Batch& s) -> Column {
      return model->log_prob(s) - target.log_density(s);
    };
    const Column before = loss(draw.x);
    for (Index place = 0; place < spec.sites; ++place) {
      Batch s = draw.x;
      s.col(spec.order[static_cast<std::size_t>(place)]) *= -1;
      const double change = (loss(s) - before).abs().maxCoeff();
      // Sums of some 50 terms of order 1.
      if (place / spec.patch >= spec.networks)
        EXPECT_LT(change, 1e-12) << place;
      else
        EXPECT_GT(change, 0.01) << place;
    }
  }
}

TEST(ExactTokens, AreThoseAtTheEndWhoseNeighboursAreAllDrawn) {
  const Graph torus_4x4 = make_graph(torus({4, 4}));
  const auto needed = [&](const CausalFrame& frame) { return networks_needed(torus_4x4, frame); };
  EXPECT_EQ(needed(test::in_order({{4, 4}}, PatchOrder::raster)), 15);
  EXPECT_EQ(needed(test::in_order({{4, 4}, {2, 2}}, PatchOrder::raster)), 3);
  EXPECT_EQ(needed(test::in_order({{4, 4}, {4, 4}}, PatchOrder::raster)), 1);
  EXPECT_EQ(needed(test::checkerboard({4, 4})), 8);
  Graph free;
  free.sites = 16;
  EXPECT_EQ(networks_needed(free, test::in_order({{4, 4}}, PatchOrder::raster)), 1);
}

}  // namespace
}  // namespace nmc
