#pragma once

#include "drivers/catalog/entry.hpp"

namespace nmc::catalog {

[[nodiscard]] SamplerEntry block_gibbs_entry();

}  // namespace nmc::catalog
