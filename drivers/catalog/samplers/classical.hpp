#pragma once

#include <string>

#include "drivers/catalog/entries/entry.hpp"

namespace nmc::catalog {

/// How a system is sampled without a network, by the best sampler that is known for it: where
/// chains of a network's proposals begin, and what the network is held against.
struct Classical {
  std::string name;  ///< as in [sampler], "[metropolis x 1, phi4_cluster x 2]"
  SamplerParts parts;
  Index rows_per_chain = 1;  ///< temperatures, of which the last is the system's
  Index warmup = 0;          ///< steps from a start of its own to its equilibrium
  Index thin = 1;            ///< steps between configurations that are next to independent
};

/// `chains` of them will run. The system must outlive it.
[[nodiscard]] Classical make_classical(const System& system, Index chains);
/// The same in words, for systems of this kind.
[[nodiscard]] std::string classical_words(const System& system);

/// What to compose a network with where it misses a part of such a system, as in [sampler].
[[nodiscard]] std::string local_cure(const System& system);

/// Whether all couplings are ferromagnetic, so that clusters are independent of each other.
[[nodiscard]] bool is_ferromagnet(const Graph& graph);

/// `start` of samplers with a network: classical or network.
[[nodiscard]] OptionSpec chain_start_option();
/// Whether the chains of [sampler], which needs a network, begin with the classical sampler; throws
/// UserError where a part of a composition that does not start it is given a start.
[[nodiscard]] bool starts_classically(const Options& sampler);

}  // namespace nmc::catalog
