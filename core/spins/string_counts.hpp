#pragma once

#include <array>
#include <cstdint>

#include "core/spins/alignment_counts.hpp"
#include "core/spins/spins.hpp"
#include "core/spins/string_lattice.hpp"

namespace nmc {

/// Sites by their number of bonds and how many of these are satisfied: the columns of
/// count_aligned_strings(). Degrees from the largest on.
[[nodiscard]] std::vector<AlignmentCounts::Class> string_classes(const StringLattice& lattice);

/// Sites of every class, (rows, classes), of spins in strings; of all sites or of those that are
/// up.
[[nodiscard]] Batch count_aligned_strings(const Spins& spins, const StringLattice& lattice,
                                          bool of_up);

namespace spins_detail {

/// Which sites of a row are counted.
struct AlignedStrings {
  int missing;  ///< neighbours that they lack
  bool of_up;   ///< those that are up alone
};

/// Bonds of one row that are not satisfied.
[[nodiscard]] Index string_unsatisfied(const std::uint64_t* row, const StringLattice& lattice);

}  // namespace spins_detail
}  // namespace nmc
