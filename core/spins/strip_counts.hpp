#pragma once

#include <cstdint>

#include "core/spins/spins.hpp"

namespace nmc::spins_detail {

/// Bits that are set in words of one row of strips or strings, a multiple of eight words.
[[nodiscard]] Index row_bits(const std::uint64_t* row, Index words);
/// Bits in which two rows differ.
[[nodiscard]] Index row_bits_different(const std::uint64_t* a, const std::uint64_t* b, Index words);
/// Bonds of the torus in strips, [vector][8] words, whose two spins differ.
[[nodiscard]] Index strip_unequal(const std::uint64_t* row, const StripGeometry& geometry);

}  // namespace nmc::spins_detail
