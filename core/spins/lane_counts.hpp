#pragma once

#include <cstdint>

#include "core/batch.hpp"
#include "core/spins/graph.hpp"
#include "core/spins/spin_terms.hpp"
#include "core/spins/spins.hpp"

/// Counts and sums of spins in lanes, (rows) each.
namespace nmc::spins_detail {

struct BondList {
  const Bond* bonds;
  const std::uint64_t* signs;
  Index count;
};

struct LaneShape {
  Index groups, sites;
};

[[nodiscard]] Column lanes_up(const Spins& spins);
[[nodiscard]] Column lanes_different(const Spins& a, const Spins& b);
/// How many of the bonds have J s_i s_j < 0.
[[nodiscard]] Column lanes_unsatisfied(const Spins& spins, const BondList& bonds);
/// Σ of the terms.
[[nodiscard]] Column lanes_sum(const Spins& spins, const SpinTerms& terms);

}  // namespace nmc::spins_detail
