#pragma once

#include <vector>

#include "core/options/option_spec.hpp"

namespace nmc::drivers {

/// Keys of [learn].
[[nodiscard]] std::vector<OptionSpec> learn_options();

}  // namespace nmc::drivers
