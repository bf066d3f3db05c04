#pragma once

#include <vector>

#include "drivers/verbs/verb.hpp"

namespace nmc::drivers {

/// What looks into files.
[[nodiscard]] std::vector<Verb> file_verbs();

}  // namespace nmc::drivers
