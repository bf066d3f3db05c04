#pragma once

#include <string>

#include "core/statistics/summary.hpp"
#include "drivers/json_line.hpp"

namespace nmc::drivers {

/// The keys of `nmc diagnose --json`, which `nmc report --json` extends.
[[nodiscard]] JsonLine summary_json(const std::string& name, const statistics::ChainSummary& s);

}  // namespace nmc::drivers
