#pragma once

#include <optional>
#include <vector>

#include "core/spins/graph.hpp"

namespace nmc {

/// Which sites are in the half that holds site 0, of a graph whose bonds all join two halves; of
/// several pieces, the half of the first site of each. Nothing where there is an odd ring.
[[nodiscard]] std::optional<std::vector<bool>> two_halves(const Graph& graph);

}  // namespace nmc
