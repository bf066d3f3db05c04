#pragma once

#include "core/interfaces.hpp"
#include "core/roles/spin_target.hpp"
#include "core/spins/graph.hpp"

namespace nmc {

/// How the spins of a chain begin.
enum class SpinStart {
  random,  ///< up with probability 1/2 each
  up,
};

/// Which spins a sampler begins with. Strips are those of graph.torus, strings of graph.extents.
struct SpinInit {
  SpinStart start = SpinStart::random;
  SpinLayout layout = SpinLayout::bytes;
  const Graph& graph;
};

/// Spins of `rows` rows to begin with; row r has the global number streams.first_chain + r, on
/// which alone its random spins depend.
[[nodiscard]] Spins start_spins(const SpinInit& init, const Streams& streams, Index rows);

/// Brings the spins of a state into `layout`: packed ones are converted, and those that are there
/// as numbers alone are packed and state.x is emptied. Strips are those of graph.torus, strings
/// those of graph.extents.
void use_layout(ChainState& state, SpinLayout layout, const Streams& streams, const Graph& graph);

/// What init() of a sampler of packed spins does first: start_spins() where the state has no
/// configuration, else use_layout().
void init_spins(ChainState& state, const SpinInit& init, const Streams& streams, Index rows);

/// Sets energy and log_p = −βH of the spins as they are.
void set_energy(ChainState& state, const SpinTarget& target);

}  // namespace nmc
