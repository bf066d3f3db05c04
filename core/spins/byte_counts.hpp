#pragma once

#include <cstdint>
#include <vector>

#include "core/batch.hpp"

namespace nmc::spins_detail {

/// How many of `count` bytes differ.
[[nodiscard]] Index count_unequal(const std::int8_t* a, const std::int8_t* b, Index count);

/// How many of `count` bytes are positive.
[[nodiscard]] Index count_positive(const std::int8_t* a, Index count);

/// Unsatisfied bonds (unequal neighbours) of one configuration on the periodic hypercubic lattice;
/// a direction of extent 2 has both bonds of a pair, one of extent 1 none.
[[nodiscard]] Index count_torus_unequal(const std::int8_t* s, const std::vector<Index>& extents);

}  // namespace nmc::spins_detail
