#pragma once

#include "drivers/catalog/entries/entry.hpp"

namespace nmc::catalog {

[[nodiscard]] SamplerEntry block_gibbs_entry();

}  // namespace nmc::catalog
