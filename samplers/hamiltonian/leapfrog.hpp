#pragma once

#include "core/interfaces.hpp"
#include "samplers/hamiltonian/mass.hpp"

namespace nmc {

struct Trajectory {
  Column step_size;  ///< ε of each chain, (chains)
  Index n_steps = 1;
};

/// Moves `state` (x, log_p and grad are current before and after) and the whitened momenta ξ along
/// one trajectory. Volume preserving, and reversible under ξ → −ξ, whatever function grad is.
void leapfrog(const Target& target, const Mass& mass, const Trajectory& trajectory,
              ChainState& state, Batch& xi);

}  // namespace nmc
