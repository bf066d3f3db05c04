#pragma once

#include "core/batch.hpp"
#include "core/roles/support.hpp"

/// Numbered configurations of spins and labels: site i is digit i, the least first, of the number;
/// a spin is up where its digit is 1.
namespace nmc {

/// How many there are; UserError beyond 2^40, and for numbers that are not discrete.
[[nodiscard]] Index count_states(Support support, Index sites);

/// Which of them: numbers first … first + count - 1.
struct StateRange {
  Index first = 0;
  Index count = 0;
};
/// (count, sites).
[[nodiscard]] Batch states_in(StateRange range, Support support, Index sites);
/// (all, sites).
[[nodiscard]] Batch all_states(Support support, Index sites);
/// The number of a configuration, row `row` of x; -1 where an entry is none of the support's.
[[nodiscard]] Index state_number(const Batch& x, Index row, Support support);

}  // namespace nmc
