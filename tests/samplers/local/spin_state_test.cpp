#include "samplers/local/spin_state.hpp"

#include <gtest/gtest.h>

#include "core/spins/row_counts.hpp"
#include "physics/graphs/lattice.hpp"

namespace nmc {
namespace {

const Streams kStreams{5, 0, 70, Purpose::test};

TEST(SpinState, StartsTheSameInEveryLayoutAndBatch) {
  const Graph graph = make_graph(torus({128, 16}));
  const Batch x = start_spins({SpinStart::random, SpinLayout::bytes, graph}, kStreams, 3).unpack();
  for (const SpinLayout layout : {SpinLayout::lanes, SpinLayout::strips, SpinLayout::strings}) {
    const Spins spins = start_spins({SpinStart::random, layout, graph}, kStreams, 3);
    EXPECT_EQ(spins.layout(), layout);
    EXPECT_EQ(spins.first_row(), 70);
    EXPECT_TRUE((spins.unpack() == x).all());
  }
  const Streams later{5, 0, 72, Purpose::test};
  const Spins last = start_spins({SpinStart::random, SpinLayout::bytes, graph}, later, 1);
  EXPECT_TRUE((last.unpack() == x.bottomRows(1)).all());
}

TEST(SpinState, StartsWithHalfOfTheSpinsUp) {
  const Graph graph = make_graph(torus({64, 64}));
  const Spins spins = start_spins({SpinStart::random, SpinLayout::bytes, graph}, kStreams, 50);
  const double mean = magnetisation(spins).mean();
  EXPECT_LT(std::abs(mean), 5.0 / std::sqrt(50.0 * 4096));  // 5 sigma: false alarm 6e-7
  EXPECT_TRUE(
      (magnetisation(start_spins({SpinStart::up, SpinLayout::lanes, graph}, kStreams, 3)) == 1)
          .all());
}

TEST(SpinState, PacksNumbersAndKeepsThemThroughLayouts) {
  const Graph graph = make_graph(torus({128, 16}));
  const Batch x = start_spins({SpinStart::random, SpinLayout::bytes, graph}, kStreams, 3).unpack();
  ChainState state;
  state.x = x;
  for (const SpinLayout layout :
       {SpinLayout::bytes, SpinLayout::strips, SpinLayout::lanes, SpinLayout::strips,
        SpinLayout::strings, SpinLayout::lanes, SpinLayout::strings, SpinLayout::bytes,
        SpinLayout::strings, SpinLayout::strips, SpinLayout::bytes, SpinLayout::lanes}) {
    use_layout(state, layout, kStreams, graph);
    EXPECT_EQ(state.x.size(), 0);
    EXPECT_EQ(state.spins.layout(), layout);
    EXPECT_TRUE((state.configurations() == x).all());
  }
}

}  // namespace
}  // namespace nmc
