#pragma once

#include <cstdint>

#include "core/spins/spins.hpp"

namespace nmc::spins_detail {

/// Counts of one row of spins in strips: [vector][8] words.
[[nodiscard]] Index strip_up(const std::uint64_t* row, const StripGeometry& geometry);
[[nodiscard]] Index strip_different(const std::uint64_t* a, const std::uint64_t* b,
                                    const StripGeometry& geometry);
/// Bonds of the torus whose two spins differ.
[[nodiscard]] Index strip_unequal(const std::uint64_t* row, const StripGeometry& geometry);

}  // namespace nmc::spins_detail
