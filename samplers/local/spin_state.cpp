#include "samplers/local/spin_state.hpp"

#include <algorithm>
#include <utility>

#include "core/random/xoshiro.hpp"

namespace nmc {
namespace {

SpinGeometry geometry_of(SpinLayout layout, const Graph& graph) {
  if (layout == SpinLayout::strips) return StripGeometry::of(graph.torus);
  if (layout == SpinLayout::strings) return StringGeometry::of(graph.extents);
  return {};
}

void draw_row(Xoshiro random, std::int8_t* s, Index sites) {
  for (Index i = 0; i < sites; i += 64) {
    std::uint64_t word = random.next();
    const Index end = std::min(i + 64, sites);
    for (Index k = i; k < end; ++k, word >>= 1) s[k] = (word & 1) != 0 ? 1 : -1;
  }
}

}  // namespace

Spins start_spins(const SpinInit& init, const Streams& streams, Index rows) {
  const auto& [start, layout, graph] = init;
  const SpinGeometry geometry = geometry_of(layout, graph);
  const SpinRows shape{rows, graph.sites, streams.first_chain};
  if (start == SpinStart::up) return {layout, shape, geometry};
  Spins spins(SpinLayout::bytes, shape);
  for (Index row = 0; row < rows; ++row)
    draw_row(Xoshiro(streams.with(Purpose::init), row), spins.row(row), graph.sites);
  return layout == SpinLayout::bytes ? spins : spins.converted(layout, geometry);
}

void use_layout(ChainState& state, SpinLayout layout, const Streams& streams, const Graph& graph) {
  const SpinGeometry geometry = geometry_of(layout, graph);
  if (state.spins.empty()) {
    Spins spins(layout, {state.x.rows(), graph.sites, streams.first_chain}, geometry);
    spins.pack(state.x);
    state.spins = std::move(spins);
  } else if (state.spins.layout() != layout) {
    state.spins = state.spins.converted(layout, geometry);
  }
  state.x.resize(0, 0);
}

void init_spins(ChainState& state, const SpinInit& init, const Streams& streams, Index rows) {
  if (state.spins.empty() && state.x.cols() == 0)
    state.spins = start_spins(init, streams, rows);
  else
    use_layout(state, init.layout, streams, init.graph);
}

void set_energy(ChainState& state, const SpinTarget& target) {
  state.energy = target.energy(state.spins);
  state.log_p = -target.beta() * state.energy;
}

}  // namespace nmc
