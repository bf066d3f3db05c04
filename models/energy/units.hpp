#pragma once

#include <array>
#include <utility>

#include "core/roles/support.hpp"

namespace nmc {

/// What the units of a Boltzmann machine are: 0 or 1, or spins -1 or +1.
enum class Units { binary, spin };

inline constexpr std::array<std::pair<const char*, Units>, 2> kUnitNames{
    {{"binary", Units::binary}, {"spin", Units::spin}}};

/// Labels 0 and 1, or spins.
[[nodiscard]] constexpr Support support_of(Units units) {
  return units == Units::spin ? Support::spin : Support::labels(2);
}

}  // namespace nmc
