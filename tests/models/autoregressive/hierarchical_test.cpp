#include "models/autoregressive/hierarchical.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "core/errors.hpp"
#include "models/autoregressive/site_order.hpp"
#include "tests/contracts/causal_architectures.hpp"

namespace nmc {
namespace {

CausalSpec of_side(Index L, bool reads_corners = false) {
  return hierarchical_spec({}, {{L, L}, 3, 4, reads_corners});
}

/// Sites whose spins the first layer reads at a token.
std::set<Index> sites_read(const CausalSpec& spec, Index token) {
  std::set<Index> read;
  for (const CausalRun& run : spec.layers[0].runs_of(token))
    for (Index k = 0; k < run.rows; ++k)
      read.insert(spec.order[static_cast<std::size_t>(run.row + k)]);
  return read;
}

/// First token of the single sites, (L/2)^2 of them.
Index first_single(Index L) {
  return L * L - L * L / 4;
}

TEST(Hierarchical, DrawsEverySiteOnceAndSingleSitesLast) {
  for (const Index L : {2, 4, 8, 32}) {
    const CausalSpec spec = of_side(L);
    EXPECT_NO_THROW(check(spec));
    EXPECT_EQ(spec.networks, L * L);
    for (Index t = first_single(L); t < L * L; ++t) {
      const Index site = spec.order[static_cast<std::size_t>(t)];
      EXPECT_TRUE(site % L % 2 == 1 && site / L % 2 == 1) << site;
    }
  }
}

TEST(Hierarchical, DrawsARowAndAColumnThenTheCrossOfTheirInterior) {
  EXPECT_EQ(of_side(4).order,
            (std::vector<Index>{0, 1, 2, 3, 4, 8, 12, 9, 10, 11, 6, 14, 5, 7, 13, 15}));
}

TEST(Hierarchical, SingleSitesAreDrawnFromTheirNeighbours) {
  for (const Index L : {2, 8}) {
    const CausalSpec spec = of_side(L), wide = of_side(L, true);
    for (Index t = first_single(L); t < L * L; ++t) {
      const Index site = spec.order[static_cast<std::size_t>(t)], x = site % L, y = site / L;
      const auto at = [&](Index dx, Index dy) { return (x + dx) % L + L * ((y + dy) % L); };
      std::set<Index> near{at(1, 0), at(-1, 0), at(0, 1), at(0, -1)};
      EXPECT_EQ(sites_read(spec, t), near);
      near.insert({at(1, 1), at(-1, 1), at(1, -1), at(-1, -1)});
      EXPECT_EQ(sites_read(wide, t), near);
    }
  }
}

// Frame first, then squares by side, row by row: what is around a square, by coordinates.
TEST(Hierarchical, ACrossReadsTheSitesAroundItsSquareAndItsOwn) {
  constexpr Index L = 16;
  const CausalSpec spec = of_side(L);
  Index token = 2 * L - 1;  // after the frame
  for (Index side = L - 1; side >= 1; side /= 2)
    for (Index y = 1; y < L; y += side + 1)
      for (Index x = 1; x < L; x += side + 1) {
        std::set<Index> read;
        for (Index k = 0; k < side; ++k)
          for (const Index edge : {Index{-1}, side}) {
            read.insert((x + edge) % L + L * (y + k));
            read.insert(x + k + L * ((y + edge) % L));
          }
        for (Index t = 0; t < 2 * side - 1; ++t, ++token) {
          const Index site = spec.order[static_cast<std::size_t>(token)];
          EXPECT_TRUE(site % L == x + side / 2 || site / L == y + side / 2);
          EXPECT_EQ(sites_read(spec, token), read) << "side " << side << " at " << x << ", " << y;
          read.insert(site);
        }
      }
  EXPECT_EQ(token, L * L);
}

std::vector<Index> weights_of(const CausalLayer& layer, Index token) {
  std::vector<Index> places{layer.bias[static_cast<std::size_t>(token)]};
  for (const CausalRun& run : layer.runs_of(token)) places.push_back(run.weight);
  return places;
}

// A square moved by side + 1 has its spins, and those of its boundary, moved with it: spins read by
// a matrix of one square are those of the other.
TEST(Hierarchical, SquaresOfOneSideShareTheirWeightsAndNoOthersDo) {
  constexpr Index L = 16;
  const CausalSpec spec = of_side(L);
  for (const CausalLayer& layer : spec.layers) {
    std::set<std::vector<Index>> seen;
    Index token = 0;
    for (; token < 2 * L - 1; ++token) EXPECT_TRUE(seen.insert(weights_of(layer, token)).second);
    for (Index side = L - 1; side >= 1; side /= 2) {
      const Index count = 2 * side - 1, squares = (L / (side + 1)) * (L / (side + 1));
      for (Index t = 0; t < count; ++t) {
        const std::vector<Index> first = weights_of(layer, token + t);
        EXPECT_TRUE(seen.insert(first).second);
        for (Index k = 1; k < squares; ++k)
          EXPECT_EQ(weights_of(layer, token + t + k * count), first) << side << ' ' << k;
      }
      token += squares * count;
    }
  }
}

TEST(Hierarchical, SharedMatricesReadSpinsAtTheSamePlaceAroundEachSquare) {
  constexpr Index L = 16, kSide = 3, kCount = 2 * kSide - 1;
  const CausalSpec spec = of_side(L, true);
  const Index token = L * L - (L / 2) * (L / 2) - 16 * kCount;
  const auto site = [&](Index place) { return spec.order[static_cast<std::size_t>(place)]; };
  for (Index t = token; t < token + kCount; ++t) {
    const auto runs = spec.layers[0].runs_of(t);
    for (Index k = 1; k < 16; ++k) {
      const auto others = spec.layers[0].runs_of(t + k * kCount);
      ASSERT_EQ(others.size(), runs.size());
      for (std::size_t r = 0; r < runs.size(); ++r)
        for (Index row = 0; row < runs[r].rows; ++row) {
          const Index a = site(runs[r].row + row), b = site(others[r].row + row);
          EXPECT_EQ((b % L - a % L + L) % L, k % 4 * 4);
          EXPECT_EQ((b / L - a / L + L) % L, k / 4 * 4);
        }
    }
  }
}

// The square of side 3 whose lowest corner is (1, 1) on 8x8: turn over every spin that is neither
// in it nor around it.
TEST(Hierarchical, ConditionalsOfASquareDependOnItsBoundaryAlone) {
  constexpr Index L = 8;
  const auto model = test::noisy_model(of_side(L), Precision::twice);
  Batch u(70, L * L);
  fill_uniform({4, 0, 0, Purpose::test}, u);
  const Batch s = (u < 0.5).select(Batch::Ones(70, L * L), -1.0);
  Batch far = s, near = s;
  const auto is_within = [](Index x, Index y) { return x >= 1 && x <= 3 && y >= 1 && y <= 3; };
  for (Index site = 0; site < L * L; ++site) {
    const Index x = site % L, y = site / L;
    const bool is_corner = x % 4 == 0 && y % 4 == 0;
    if (x > 4 || y > 4 || is_corner) far.col(site) *= -1;
    if (x == 4 && y == 2) near.col(site) *= -1;
  }
  const Batch here = model->log_conditionals(s), there = model->log_conditionals(far);
  const Batch other = model->log_conditionals(near);
  for (Index t = 0; t < L * L; ++t) {
    const Index site = model->order()[static_cast<std::size_t>(t)];
    if (!is_within(site % L, site / L)) continue;
    EXPECT_TRUE((here.col(t) == there.col(t)).all()) << site;
    if (t >= first_single(L)) continue;  // these have boundaries of their own
    EXPECT_FALSE((here.col(t) == other.col(t)).all()) << site;
  }
}

TEST(Hierarchical, CouplingsSayWhatABoundaryIsAndWhetherTheLastSitesNeedANetwork) {
  HierarchicalShape shape{{8, 8}};
  Graph graph = make_graph(torus({8, 8}));
  match_couplings(graph, shape);
  EXPECT_TRUE(!shape.reads_corners && shape.has_exact_last);
  EXPECT_EQ(hierarchical_spec({}, shape).networks, first_single(8));
  graph.bonds.push_back({0, 9});  // of diagonal neighbours
  match_couplings(graph, shape);
  EXPECT_TRUE(shape.reads_corners && shape.has_exact_last);
  graph.bonds.push_back({9, 11});  // of two single sites
  match_couplings(graph, shape);
  EXPECT_FALSE(shape.has_exact_last);
}

TEST(Hierarchical, OtherLatticesAndOrdersAreRefused) {
  for (const std::vector<Index>& extents : {std::vector<Index>{6, 6}, {8, 4}, {16}, {1, 1}})
    EXPECT_THROW((void)hierarchical_spec({}, {extents}), UserError);
  EXPECT_THROW((void)hierarchical_spec({{0, 1, 2, 3}}, {{2, 2}}), UserError);
  EXPECT_THROW((void)hierarchical_spec({{}, 2}, {{4, 4}}), UserError);
  EXPECT_THROW((void)hierarchical_spec({}, {{4, 4}, 0}), UserError);
  EXPECT_THROW((void)hierarchical_spec({}, {{4, 4}, 2, 0}), UserError);
}

}  // namespace
}  // namespace nmc
