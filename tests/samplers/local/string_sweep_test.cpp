#include <gtest/gtest.h>

#include "hwy/targets.h"
#include "physics/graphs/graph_terms.hpp"
#include "physics/graphs/lattice.hpp"
#include "physics/systems/ising.hpp"
#include "tests/samplers/local/local_reference.hpp"

/// Sweeps of lattices in strings whose sites are not all alike, against plain sweeps that draw the
/// same random bits: every spin must be the same.
namespace nmc {
namespace {

struct StringShape {
  std::vector<Index> extents;
  std::vector<bool> periodic;
  double h;
};

// Open ends, odd extents, periodic ones among them, fields, and all of them together; strings that
// end within a word and beyond a group.
const std::vector<StringShape> kStringShapes{{{8, 6}, {false, false}, 0},
                                             {{64, 40}, {true, false}, 0},
                                             {{7, 9}, {false, false}, 0},
                                             {{9, 8}, {true, true}, 0},
                                             {{5, 7}, {true, true}, 0},
                                             {{131, 67}, {true, true}, 0},
                                             {{3, 3, 3}, {true, true, true}, 0},
                                             {{5, 4, 7}, {false, true, true}, 0},
                                             {{12, 10, 6}, {false, false, true}, 0},
                                             {{16, 12}, {true, true}, 0.3},
                                             {{8, 6, 4}, {true, true, true}, -0.7},
                                             {{33, 9}, {false, true}, 0.01},
                                             {{11, 6, 5}, {true, false, true}, 0.2}};

Graph shaped_graph(const StringShape& shape, bool is_glass) {
  Graph graph = make_graph({shape.extents, shape.periodic});
  if (is_glass) graph.torus.clear();
  for (std::size_t b = 0; is_glass && b < graph.bonds.size(); ++b)
    if (further_bits(3, b) % 3 == 0) graph.bonds[b].J = -1;
  add_uniform_field(graph, shape.h);
  return graph;
}

class StringKernels : public testing::TestWithParam<StringShape> {
 protected:
  void TearDown() override { choose(0); }
  static void choose(std::int64_t targets) {
    hwy::SetSupportedTargetsForTest(targets);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
  }
};

TEST_P(StringKernels, EqualThePlainSweepBitForBit) {
  choose(0);
  const std::int64_t all = hwy::SupportedTargets();
  for (const bool is_glass : {false, true})
    for (const auto& [rule, beta] : {std::pair{LocalRule::metropolis, 0.4},
                                     {LocalRule::heat_bath, 0.3},
                                     {LocalRule::metropolis, 0.05},
                                     {LocalRule::metropolis, 3.0}}) {
      const Ising ising(shaped_graph(GetParam(), is_glass), beta);
      const LocalSpins sampler(ising, {rule, {}, SpinStart::random, 1});
      ASSERT_EQ(sampler.layout(), SpinLayout::strings);
      ChainState start;
      sampler.init(start, {4, 0, 7, Purpose::init}, 2);
      Spins plain = start.spins;
      for (std::uint64_t step = 1; step <= 4; ++step)
        test::plain_any_string_sweep(ising.graph(), {rule, {beta}}, GetParam().periodic,
                                     {4, step, 7, Purpose::init}, plain);
      for (std::int64_t target = 1; target > 0 && target <= all; target <<= 1) {
        if ((all & target) == 0) continue;
        choose(target);
        ChainState state = start;
        sampler.steps(state, {4, 1, 7, Purpose::init}, 4);
        EXPECT_TRUE((state.spins.unpack() == plain.unpack()).all())
            << hwy::TargetName(target) << " " << is_glass << beta;
        EXPECT_LT((state.energy - ising.energy(plain.unpack())).abs().maxCoeff(), 1e-9);
      }
      choose(0);
    }
}

INSTANTIATE_TEST_SUITE_P(Shapes, StringKernels, testing::ValuesIn(kStringShapes));

}  // namespace
}  // namespace nmc
