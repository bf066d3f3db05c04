#pragma once

#include <cstdint>
#include <vector>

#include "samplers/local/bit_kernels.hpp"

namespace nmc {

/// A bit graph for few chains: where their words are too few for a vector, it holds the words of
/// eight sites of one colour and one degree. The words of a group of 64 chains lie in the order of
/// `site`, so that those of a vector are one after the other.
struct SiteVectors {
  static constexpr Index kSites = 8;

  /// Vectors of one colour and one degree; the last one may hold places of no site.
  struct Run {
    Index first;  ///< place of its first word
    Index vectors;
    int degree;
    Index links;  ///< number of its first link; vector v has links + v degree … + degree − 1
  };
  /// Bond k of the sites of a vector.
  struct Link {
    std::uint32_t place[kSites];  ///< of the words across it
    std::uint8_t signs;           ///< bit i: the bond of site i is −J
    bool is_consecutive;          ///< place[i] = place[0] + i
  };

  std::vector<Run> runs;
  std::vector<Link> links;
  std::vector<std::uint32_t> site;  ///< (places); kNone where there is none
  bool is_signed = false;
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};

  [[nodiscard]] Index places() const { return std::ssize(site); }
  [[nodiscard]] static SiteVectors of(const BitGraph& graph, const std::vector<int>& colours);
};

/// What a group of 64 chains is swept by.
struct SiteSweep {
  const SiteVectors& vectors;
  const std::vector<BitRule>& rules;  ///< rules[z] is that of degree z
  BitRandom random;  ///< eight generators: number i belongs to word i of every vector
  Index group;       ///< its global number
};

/// One sweep of the group whose words lie as the vectors say.
void sweep_site_vectors(const SiteSweep& sweep, std::uint64_t* words);

}  // namespace nmc
