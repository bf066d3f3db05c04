#pragma once

#include <string>
#include <vector>

#include "core/statistics/summary.hpp"

namespace nmc::drivers {

/// What a reader must know before believing the numbers: chains that disagree, never move, are too
/// short or antithetic. One sentence each, with the number; empty where nothing is wrong.
[[nodiscard]] std::vector<std::string> chain_warnings(const statistics::ChainSummary& summary);

/// Why the numbers are not given at all; "" where they are.
[[nodiscard]] std::string chain_refusal(const statistics::ChainSummary& summary);

}  // namespace nmc::drivers
