#pragma once

#include <string>

#include "core/statistics/estimate.hpp"
#include "models/flows/map/latent_map.hpp"

namespace nmc::drivers::latent {

/// "3 coarsest", "1", "0 finest".
[[nodiscard]] std::string level_word(const LatentMap& map, Index level);

/// "1.23(4)"; "-" where there is no number.
[[nodiscard]] std::string estimate_words(const statistics::Estimate& estimate);

}  // namespace nmc::drivers::latent
