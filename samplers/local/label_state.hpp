#pragma once

#include "core/random/streams.hpp"
#include "core/roles/chain_state.hpp"
#include "core/roles/label_target.hpp"

namespace nmc {

/// How the labels of a chain begin.
enum class LabelStart {
  random,  ///< every label as often
  zero,    ///< all in state 0
};

/// What init() of a sampler of labels does: labels to begin with where the state has no
/// configuration, then energy and log_p. Row r has the global number streams.first_chain + r, on
/// which alone its labels depend. UserError where the state holds what is no label.
struct LabelInit {
  LabelStart start = LabelStart::random;
  const LabelTarget& target;
};
void init_labels(ChainState& state, const LabelInit& init, const Streams& streams, Index rows);

/// Sets energy and log_p = −βH of the labels as they are.
void set_label_energy(ChainState& state, const LabelTarget& target);

}  // namespace nmc
