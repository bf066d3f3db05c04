#pragma once

#include <string>
#include <vector>

#include "core/statistics/estimate.hpp"
#include "drivers/latent/latent_source.hpp"
#include "drivers/latent/pulled_back.hpp"
#include "models/flows/map/latent_map.hpp"

namespace nmc::drivers::latent {

/// Means of the collective variables at one place of a walk.
struct WalkPoint {
  double at = 0;  ///< z of the variable that moves; share of the way, 0 … 1, from one to another
  std::vector<statistics::Estimate> means;
};

/// One latent variable moves, the others are those of exact configurations.
struct LatentWalk {
  Index latent = 0, level = 0;
  std::vector<WalkPoint> points;
};

/// x_a - x_b + x_c over √3, the same of z, of three exact configurations: how well a collective
/// variable adds up, and whether the result is a configuration of the system.
struct Arithmetic {
  std::string space;                        ///< "latent" or "physical"
  std::vector<statistics::Estimate> means;  ///< of the collective variables of the result
  /// Correlation of a collective variable of the result with the same sum of those of the three.
  std::vector<statistics::Estimate> correlation;
};

struct Walks {
  std::vector<std::string> names;      ///< of the collective variables
  Index pairs = 0;                     ///< of exact configurations, for ways from one to another
  std::vector<LatentWalk> alone;       ///< of the leading latent variables, coarsest first
  std::vector<WalkPoint> sphere;       ///< along great circles of z
  std::vector<WalkPoint> line;         ///< along straight lines of x; none of angles
  std::vector<Arithmetic> arithmetic;  ///< latent; physical, but of angles
};

/// Walks between configurations far apart in the list of draws, so of different chains. Great
/// circles join z_a and z_b at the angle θ between them, (sin((1-t)θ) z_a + sin(tθ) z_b) / sin θ
/// (Shoemake, SIGGRAPH 1985): of two normal variables one again, in length and direction.
[[nodiscard]] Walks walks(const Source& source, const LatentMap& map, const PulledBack& exact);
[[nodiscard]] std::string walks_text(const Walks& walks, const LatentMap& map);

/// The leading latent variables, coarsest first and in the order of their numbers.
[[nodiscard]] std::vector<Index> leading_latents(const LatentMap& map, std::size_t most);

}  // namespace nmc::drivers::latent
