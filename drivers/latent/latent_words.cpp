#include "drivers/latent/latent_words.hpp"

#include <fmt/format.h>

#include <cmath>

#include "drivers/format.hpp"

namespace nmc::drivers::latent {

std::string level_word(const LatentMap& map, Index level) {
  const char* place = map.levels == 1           ? ""
                      : level == map.levels - 1 ? " coarsest"
                      : level == 0              ? " finest"
                                                : "";
  return fmt::format("{}{}", level, place);
}

std::string estimate_words(const statistics::Estimate& estimate) {
  return std::isfinite(estimate.value) ? with_error(estimate.value, estimate.error) : "-";
}

}  // namespace nmc::drivers::latent
