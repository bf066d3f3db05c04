#pragma once

#include <cstdint>

#include "core/random/streams.hpp"
#include "core/spins/graph.hpp"

/// Quenched randomness as a function of a seed of its own: the same couplings whatever the seed of
/// the Markov chains.
namespace nmc {

/// What a random number of a disordered system is for; values are part of the reproducibility
/// promise.
enum class DisorderUse : std::uint32_t { couplings = 0, patterns = 1, graph = 2 };

/// The numbers of one use, drawn one after another.
class DisorderNumbers {
 public:
  DisorderNumbers(std::uint64_t seed, DisorderUse use);
  /// Uniform in (0, 1).
  double uniform();
  /// 0 … n − 1 with equal odds, to n 2^-52 relative.
  Index below(Index n);

 private:
  Streams streams_;
  Batch numbers_;
  Index next_ = 0;
};

/// J = ±1 with equal odds on every bond, in the order of the bonds.
void draw_signs(Graph& graph, std::uint64_t seed);

/// J ~ N(0, width²) on every bond, rounded to multiples of 2^-32: sums of couplings are exact, so
/// that energies followed flip by flip do not drift.
void draw_normal_couplings(Graph& graph, std::uint64_t seed, double width);

/// Patterns of ±1 with equal odds, (patterns, sites).
[[nodiscard]] Batch random_patterns(std::uint64_t seed, Index patterns, Index sites);

/// J_ij = (1/N) Σ_μ ξ_i ξ_j between all pairs, for patterns ξ = ±1 of shape (patterns, sites)
/// (Hopfield, PNAS 79, 2554 (1982)). Pairs with J = 0 have no bond.
[[nodiscard]] Graph hopfield_graph(const Batch& patterns);

}  // namespace nmc
