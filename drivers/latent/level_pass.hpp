#pragma once

#include <string>
#include <vector>

#include "core/statistics/estimate.hpp"
#include "drivers/latent/collective.hpp"
#include "drivers/latent/latent_source.hpp"

namespace nmc::drivers::latent {

/// What is left of configurations where the latent variables below a level are not known.
struct LevelLine {
  Index level = 0;    ///< this level and all coarser ones are kept
  Index latents = 0;  ///< kept
  /// Of each collective variable its mean at x = g(z) with the finer variables at their mean, 0.
  std::vector<statistics::Estimate> at_mean;
  statistics::Estimate log_q;  ///< of the flow, per variable, there
  /// Of each collective variable Var⟨f | kept⟩ / Var f: the share of its variance that the kept
  /// variables fix, the R² of the best function of them. It is the correlation of f between two
  /// configurations that share the kept variables and differ in all others.
  std::vector<statistics::Estimate> explained;
};

struct LevelPass {
  std::vector<std::string> names;           ///< of the collective variables
  std::vector<statistics::Estimate> drawn;  ///< their means over draws of the flow
  std::vector<LevelLine> lines;             ///< coarsest first; the last one keeps all
  Batch strip;  ///< (levels, sites): one draw, x of each line with finer variables at 0
};

/// With so many draws of the flow at this seed.
[[nodiscard]] LevelPass level_pass(const Source& source, const LatentMap& map, const Batch& z,
                                   const Batch& other);

}  // namespace nmc::drivers::latent
