#pragma once

#include "drivers/latent/latent_source.hpp"
#include "drivers/page/explorer.hpp"

namespace nmc::drivers::latent {

/// x = g(z) on a grid of the four latent variables that a configuration depends on most, all others
/// at 0: those of the coarsest level where they are no more. For a page with a slider for each.
[[nodiscard]] page::Explorer latent_grid(const Source& source, const LatentMap& map);

}  // namespace nmc::drivers::latent
