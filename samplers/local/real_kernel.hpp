#pragma once

#include <cstdint>
#include <vector>

#include "core/spins/graph.hpp"
#include "core/spins/spins.hpp"
#include "samplers/local/bit_rules.hpp"

namespace nmc {

/// Any couplings, fields and four-spin terms, site by site:
/// h_i = base_i + Σ_pairs J s_j + Σ_triples K s_j s_k s_l, H = −Σ s_i h_i without double counting.
struct RealGraph {
  std::vector<double> base;              ///< the local field, (sites)
  std::vector<Index> first_pair;         ///< (sites + 1)
  std::vector<std::uint32_t> neighbour;  ///< one per pair
  std::vector<double> J;
  std::vector<Index> first_triple;    ///< (sites + 1)
  std::vector<std::uint32_t> triple;  ///< three per triple
  std::vector<double> K;
  /// 2 J and 2 K: what a spin that is up adds to `lowest`. Of pairs one per pair, or, where most
  /// sites are neighbours, (sites, sites) with zeros: their numbers need not be read then.
  std::vector<float> twice_J, twice_K;
  bool is_dense = false;
  std::vector<float> lowest;  ///< base − Σ J − Σ K
  std::vector<float> span;    ///< bounds the rounding of h: Σ of magnitudes times additions
  /// √(base² + Σ J² + Σ K²), what h is like among independent spins.
  std::vector<float> strength;

  [[nodiscard]] static RealGraph of(const Graph& graph);
  [[nodiscard]] Index sites() const { return static_cast<Index>(base.size()); }
  /// h_i of one row in double, terms in order.
  [[nodiscard]] double field(const Spins& spins, Index site, Index group, int lane) const;

 private:
  void set_twice_J();
};

/// Rows of a real-valued sweep come in tiles: their spins are 16 bits of a word, and eight
/// generators give them 32 random bits each.
inline constexpr Index kRealTile = 16;

/// Couplings that are added to each other before they join the field.
inline constexpr std::size_t kRealBlock = 64;

struct RealSweep {
  const RealGraph* graph;
  LocalRule rule;
  const std::vector<double>* betas;         ///< of row r: betas[r % size]
  const std::vector<std::uint32_t>* order;  ///< sites in the order of the sweep
};

/// One sweep of one tile, global number `tile`, over spins in lanes. A decision that single
/// precision and 32 random bits leave open is taken in double with 64 of them: the sweep is that of
/// the double-precision rule. bank: (3, 8) of XoroshiroBank.
void sweep_real_tile(const RealSweep& sweep, Index tile, std::uint64_t* bank, Spins& spins);

/// Whether a site is hot (MetropolisKappa), in single precision everywhere.
[[nodiscard]] inline bool is_hot(float twice_beta, float strength) {
  return twice_beta * strength <= MetropolisKappa::hot_field;
}

struct SiteRule {
  LocalRule rule = LocalRule::metropolis;
  double beta = 0;
  bool is_hot = false;

  [[nodiscard]] static SiteRule of(LocalRule rule, double beta, float strength) {
    return {rule, beta, nmc::is_hot(static_cast<float>(2 * beta), strength)};
  }
};

/// The probability of a flip (metropolis) or of being up (heat_bath) in the field h. At least 2^-64
/// and at most 1 − 2^-53, but 1 where Metropolis is certain: a move that rounding makes impossible
/// could cut the chain in two.
[[nodiscard]] double real_probability(const SiteRule& site, double h, bool is_up);

/// u < p for 64 random bits u: exact but for the rounding of p.
[[nodiscard]] bool is_below(std::uint64_t bits, double p);

}  // namespace nmc
