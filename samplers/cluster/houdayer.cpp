#include "samplers/cluster/houdayer.hpp"

#include <algorithm>

#include "samplers/cluster/cluster_random.hpp"
#include "samplers/cluster/houdayer_walk.hpp"
#include "samplers/local/spin_state.hpp"

namespace nmc {
namespace {

void check_pairs(Index rows) {
  require(rows % 2 == 0, "houdayer works on pairs of replicas");
}

}  // namespace

Adjacency interacting_sites(const Graph& graph) {
  Graph all = graph;
  for (Bond& bond : all.bonds) bond.J = 1;
  for (const Plaquette& plaquette : graph.plaquettes)
    for (std::size_t a = 0; a < 4; ++a)
      for (std::size_t b = 0; b < a; ++b)
        all.bonds.push_back({plaquette.sites[a], plaquette.sites[b], 1});
  return adjacency(all);
}

Houdayer::Houdayer(const SpinTarget& target, SpinStart start)
    : target_(target),
      start_(start),
      neighbours_(interacting_sites(target.graph())),
      has_symmetry_(std::ranges::all_of(target.graph().field, [](double h) { return h == 0; })) {}

void Houdayer::init(ChainState& state, const Streams& streams, Index rows) const {
  check_pairs(rows);
  init_spins(state, {start_, SpinLayout::bytes, target_.graph()}, streams, rows);
  set_energy(state, target_);
}

StepInfo Houdayer::step(ChainState& state, const Streams& streams) const {
  return steps(state, streams, 1);
}

StepInfo Houdayer::steps(ChainState& state, const Streams& streams, Index count) const {
  use_layout(state, SpinLayout::bytes, streams, target_.graph());
  const Index rows = state.spins.rows();
  check_pairs(rows);
  HoudayerWalk<ClusterRandom> walk(neighbours_, has_symmetry_);
  Column moved = Column::Zero(rows);
  for (Index row = 0; row < rows; row += 2)
    for (Index step = 0; step < count; ++step) {
      const Streams now = streams.at_step(streams.step + static_cast<std::uint64_t>(step));
      ClusterRandom random(Xoshiro(now.with(Purpose::cluster), row));
      const Index size = walk.swap_one(state.spins.row(row), state.spins.row(row + 1), random);
      moved.segment(row, 2).setConstant(size > 0 ? 1 : 0);
    }
  set_energy(state, target_);
  return {moved, moved, Column::Zero(rows), 0, 0, {}};
}

}  // namespace nmc
