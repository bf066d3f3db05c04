#pragma once

#include <span>
#include <vector>

#include "core/spins/graph.hpp"
#include "samplers/local/bit_kernels.hpp"
#include "samplers/local/real_kernel.hpp"
#include "tests/contracts/chain_classes.hpp"

namespace nmc::test {

/// A sweep of LocalSpins at one temperature, through the probabilities that its kernels compare
/// with; tests/samplers/local/local_spins_test.cpp shows that they decide by them.
struct LocalKernel {
  LocalRule rule = LocalRule::metropolis;
  double beta = 1;
  bool is_real = false;               ///< as with real couplings, though bits would do
  double tie = MetropolisKappa::tie;  ///< of the bits; another one is a mistake made on purpose
};

/// Both are kept: 1 − 2^-64 is no double.
struct FlipOdds {
  double flip = 0, stay = 1;
  [[nodiscard]] FlipOdds reversed() const { return {stay, flip}; }
};

class LocalOdds {
 public:
  LocalOdds(const Graph& graph, const LocalKernel& kernel);

  [[nodiscard]] Index sites() const { return real_.sites(); }
  [[nodiscard]] Index states() const { return Index{1} << sites(); }
  /// The probabilities that a visit turns a site of a state over, and that it does not.
  [[nodiscard]] FlipOdds flip(Index state, Index site) const;
  /// One sweep in this order.
  [[nodiscard]] Successors sweep(std::span<const std::uint32_t> order) const;

 private:
  [[nodiscard]] double field(Index state, Index site) const;
  [[nodiscard]] FlipOdds flip_of_bits(Index site, int aligned) const;

  LocalKernel kernel_;
  RealGraph real_;
  bool is_real_;
  double J_ = 1;
  std::vector<BitRule> rules_;  ///< by degree
};

/// Sites by number, and colour by colour.
[[nodiscard]] std::vector<std::uint32_t> in_sequence(const Graph& graph);
[[nodiscard]] std::vector<std::uint32_t> by_colours(const Graph& graph);

}  // namespace nmc::test
