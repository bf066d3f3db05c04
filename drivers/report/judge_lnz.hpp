#pragma once

#include "drivers/report/judge_network.hpp"

namespace nmc::drivers {

/// What the estimates of lnZ say against each other: the mean of ln w over draws of the network
/// must not lie above that over configurations of the classical sampler, nor the importance
/// estimate above the latter, and the exact value, where it is known, lies between both and is what
/// the importance estimate is. `is_shown`: whether the importance estimate is believed so far.
[[nodiscard]] Findings judge_lnz(const NetworkReport& network, bool is_shown);

}  // namespace nmc::drivers
