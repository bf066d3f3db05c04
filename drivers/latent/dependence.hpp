#pragma once

#include <vector>

#include "core/statistics/mutual_information.hpp"
#include "core/statistics/normality.hpp"
#include "drivers/latent/pulled_back.hpp"
#include "models/flows/map/latent_map.hpp"

namespace nmc::drivers::latent {

/// How normal the latent variables of a level are over exact configurations.
struct LevelNormality {
  Index level = 0, latents = 0;
  statistics::Normality mean{};  ///< means over its latents; of mean and skewness their rms
  double worst_distance = 0;     ///< largest Kolmogorov distance
  double covariance = 0;         ///< rms correlation with another latent of the level
  double to_others = 0;          ///< rms correlation with a latent of another level
};

/// Information between pairs of latent variables, and between the field at the same places.
struct PairInformation {
  Index level = 0;
  Index distance = 0;  ///< along an axis, in lattice spacings
  Index pairs = 0;     ///< over which the numbers are means; an error is that of one pair
  statistics::MutualInformation latents, sites;
};

struct Dependence {
  Index draws = 0;
  double limit = 0;  ///< of the Kolmogorov distance, once in a hundred (kolmogorov_limit())
  std::vector<statistics::Normality> variables;  ///< of every latent
  std::vector<LevelNormality> levels;            ///< coarsest first
  Eigen::MatrixXd correlation;                   ///< of the latents
  std::vector<PairInformation> information;
};

/// `extents` are those of the torus that distances are on.
[[nodiscard]] Dependence dependence_of(const PulledBack& draws, const LatentMap& map,
                                       const std::vector<Index>& extents, const Threads& threads);

}  // namespace nmc::drivers::latent
