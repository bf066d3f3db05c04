#pragma once

#include "core/spins/graph.hpp"
#include "physics/exact/answer.hpp"

namespace nmc {

inline constexpr Index enumeration_limit = 30;

/// CPU seconds of enumerate_spins(), estimated.
[[nodiscard]] double enumeration_seconds(const Graph& graph);

/// Sum over all 2^N states (half of them where no local field breaks the symmetry), N <= 30, with
/// plaquettes and fields. Gives every value of Exact; the density of states where it is asked for
/// and every coupling is a multiple of one unit. effort.cpu_seconds is not looked at.
[[nodiscard]] Exact enumerate_spins(const Graph& graph, double beta,
                                    const ExactEffort& effort = {});

}  // namespace nmc
