#pragma once

#include "core/batch.hpp"
#include "core/spins/spins.hpp"

namespace nmc {

/// Spins as whole numbers, which doubles hold exactly: bit i of number k of a row is set where site
/// kSpinsPerNumber k + i is up. What keeps configurations as numbers keeps them in a fiftieth of
/// the room, and on any machine.
inline constexpr Index kSpinsPerNumber = 48;

[[nodiscard]] constexpr Index numbers_of_spins(Index sites) {
  return (sites + kSpinsPerNumber - 1) / kSpinsPerNumber;
}

/// (rows, ⌈sites / kSpinsPerNumber⌉).
[[nodiscard]] Batch spin_numbers(const Spins& spins);

/// Spins ±1, (rows, sites). UserError where the numbers are not those of so many sites.
[[nodiscard]] Batch spins_of_numbers(const Batch& numbers, Index sites);

}  // namespace nmc
