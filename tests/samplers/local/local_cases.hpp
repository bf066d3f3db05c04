#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <vector>

#include "hwy/targets.h"
#include "physics/graphs/lattice.hpp"
#include "samplers/local/local_spins.hpp"

/// Systems of spins as bits, and the kernels of every instruction set.
namespace nmc::test {

inline Graph glass(std::vector<Index> extents, bool is_open) {
  Lattice lattice = torus(std::move(extents));
  if (is_open) lattice.periodic.assign(lattice.periodic.size(), false);
  Graph graph = make_graph(lattice);
  graph.torus.clear();
  for (std::size_t b = 0; b < graph.bonds.size(); ++b)
    if (further_bits(3, b) % 3 == 0) graph.bonds[b].J = -1;
  return graph;
}

inline std::vector<std::uint32_t> in_order(const LocalSpins& sampler, const Graph& graph) {
  std::vector<std::uint32_t> order(static_cast<std::size_t>(graph.sites));
  std::iota(order.begin(), order.end(), 0U);
  const std::vector<int> colours = colouring(graph);
  if (sampler.order() == SiteOrder::colours)
    std::ranges::stable_sort(order, {}, [&](std::uint32_t site) { return colours[site]; });
  return order;
}

struct Case {
  const char* name;
  Graph graph;
  Index rows, first_row;
  std::vector<double> betas;
};

inline std::vector<Case> cases() {
  std::vector<double> ladder(37);
  for (std::size_t i = 0; i < ladder.size(); ++i) ladder[i] = 0.05 + 0.04 * static_cast<double>(i);
  return {{"square torus, 9 groups", make_graph(torus({6, 4})), 515, 37, {0.44}},
          {"open glass", glass({5, 4}, true), 200, 0, {0.8}},
          {"cube", glass({4, 3, 3}, false), 70, 130, {0.5}},
          {"five dimensions, open", glass({2, 2, 2, 3, 2}, true), 64, 0, {0.3}},
          {"chain", make_graph(torus({9})), 65, 60, {0.7}},
          {"ladder of temperatures", glass({4, 4}, false), 700, 5, ladder},
          {"cold", make_graph(torus({4, 4})), 64, 0, {3.0}}};
}

inline ChainState started(const LocalSpins& sampler, Index rows, Index first_row) {
  ChainState state;
  sampler.init(state, {4, 0, static_cast<std::uint32_t>(first_row), Purpose::init}, rows);
  return state;
}

inline Streams at(std::uint64_t step, Index first_row) {
  return {4, step, static_cast<std::uint32_t>(first_row), Purpose::init};
}

class LocalKernels : public testing::Test {
 protected:
  void TearDown() override { choose(0); }
  static void choose(std::int64_t targets) {
    hwy::SetSupportedTargetsForTest(targets);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
  }
  /// Runs the check for every instruction set of this processor.
  template <class Check>
  static void on_all_targets(const Check& check) {
    choose(0);
    const std::int64_t all = hwy::SupportedTargets();
    for (std::int64_t target = 1; target > 0 && target <= all; target <<= 1) {
      if ((all & target) == 0) continue;
      choose(target);
      SCOPED_TRACE(hwy::TargetName(target));
      check();
    }
  }
};

}  // namespace nmc::test
