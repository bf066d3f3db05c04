#pragma once

#include <cstdint>
#include <vector>

#include "core/spins/graph.hpp"
#include "core/spins/spins.hpp"
#include "core/spins/string_lattice.hpp"
#include "samplers/local/bit_rules.hpp"
#include "samplers/local/string_rule.hpp"

namespace nmc {

/// A graph whose couplings are all ±J, without fields, of degree up to BitRule::kMaxDegree: what
/// the bit kernels work on.
struct BitGraph {
  double J = 0;
  std::vector<Index> first;              ///< (sites + 1)
  std::vector<std::uint32_t> neighbour;  ///< of site i: first[i] … first[i + 1] − 1
  std::vector<std::uint64_t> sign;       ///< all bits set where the coupling is −J

  [[nodiscard]] int degree(Index i) const { return static_cast<int>(first[i + 1] - first[i]); }
  /// Whether `graph` is of this kind.
  [[nodiscard]] static bool fits(const Graph& graph);
  [[nodiscard]] static BitGraph of(const Graph& graph);
};

/// Sites one after the other that have the same degree.
struct SiteRun {
  const std::uint32_t* sites;
  Index count;
  int degree;
};

/// Random bits of one sweep and which rows they are for.
struct BitRandom {
  std::uint64_t* bank;  ///< (3, count) of XoroshiroBank
  Index count;
};

/// One sweep over spins in lanes: every site of the runs in turn, all rows at once, of as many
/// groups as the bank has generators. Generator g belongs to group g; rules[z] is the rule of
/// degree z. Rows outside the batch that share its words are updated too, from the same bits as
/// anywhere else.
void sweep_lanes(const BitGraph& graph, const std::vector<SiteRun>& runs,
                 const std::vector<BitRule>& rules, const BitRandom& random, Spins& spins);

/// One checkerboard sweep of row `row` of a torus in strips, even sites first, by the rule of
/// degree 4. The bank holds eight generators, one per word;
/// scratch is overwritten.
void sweep_strips(const BitRule& rule, Index row, const BitRandom& random, Spins& spins,
                  std::vector<std::uint64_t>& scratch);

/// One sweep of one row of spins in strings of a plain lattice, the strings of even parity first,
/// by the rule of the lattice's degree. The bank holds eight generators: number w % 8 belongs to
/// word w of every string.
void sweep_strings(const StringLattice& lattice, const BitRule& rule, const BitRandom& random,
                   std::uint64_t* row);
/// The same of any lattice in strings, pass by pass: the generators of a group of words draw in
/// every pass that has sites in it.
void sweep_strings(const StringLattice& lattice, const StringRule& rule, const BitRandom& random,
                   std::uint64_t* row);

/// 51 random bits for the lane of a comparison that 13 left open: a hash (Steele, Lea and Flood
/// 2014) of the key of the sweep and the place.
[[nodiscard]] inline std::uint64_t further_bits(std::uint64_t key, std::uint64_t place) {
  std::uint64_t z = key + (place + 1) * 0x9E3779B97F4A7C15ULL;
  z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ z >> 27) * 0x94D049BB133111EBULL;
  return (z ^ z >> 31) >> BitRule::kRounds;
}

/// The lower bits of a threshold, which further_bits() are compared with.
[[nodiscard]] inline std::uint64_t further_part(std::uint64_t threshold) {
  return threshold & (~std::uint64_t{0} >> BitRule::kRounds);
}

}  // namespace nmc
