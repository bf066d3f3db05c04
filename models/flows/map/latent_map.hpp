#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/batch.hpp"

namespace nmc {

/// A layer of a flow that mixes all variables with one another, as a Fourier transform does: no
/// scale is its own, and what it amplifies belongs to no latent variable of the others.
struct GlobalLayer {
  Index place = 0;           ///< among the layers in generation order, from 0
  bool is_before = false;    ///< whether it acts before, z-side, of all layers with scales
  double uniform_gain = 1;   ///< |y| / |x| of a uniform x
  double mean_log_gain = 0;  ///< ln |det| per variable: the log of the gain of a typical mode
};

/// Where the latent variables of a flow belong, as far as its architecture says it.
///
/// In the direction of inference x → z a network that coarse-grains acts on fewer and fewer
/// variables. A latent variable has the level of the last group of layers that acts on it: 0 leaves
/// first, the finest scale, levels − 1 last.
struct LatentMap {
  Index levels = 1;          ///< 1: nothing is coarse-grained
  std::vector<Index> level;  ///< of each latent variable, (sites)
  Index layers = 1;          ///< of the flow
  std::vector<GlobalLayer> global{};
  /// The light cone: bit `latent` of row `site` says that x_site may depend on z_latent; rows of
  /// words() words.
  std::vector<std::uint64_t> cone{};

  [[nodiscard]] Index sites() const { return std::ssize(level); }
  [[nodiscard]] Index words() const { return (sites() + 63) / 64; }
  [[nodiscard]] bool reaches(Index latent, Index site) const {
    return ((cone[static_cast<std::size_t>(site * words() + latent / 64)] >> (latent % 64)) & 1) !=
           0;
  }
  /// Latent variables of one level, ascending.
  [[nodiscard]] std::vector<Index> of_level(Index which) const;
};

/// One level, and every variable may depend on every other.
[[nodiscard]] LatentMap unstructured_map(Index sites);

}  // namespace nmc
