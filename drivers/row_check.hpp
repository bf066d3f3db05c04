#pragma once

#include <string>

#include "core/batch.hpp"

namespace nmc::drivers {

/// UserError that names the first row of `values` with an entry that is NaN, as arithmetic gives of
/// configurations whose squares no double holds. Infinite entries are taken: ln q = −∞ far outside.
void require_numbers(const Batch& values, const std::string& name);
void require_numbers(const Column& values, const std::string& name);

}  // namespace nmc::drivers
