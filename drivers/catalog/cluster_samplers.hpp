#pragma once

#include "drivers/catalog/entry.hpp"

namespace nmc::catalog {

/// Samplers that move whole clusters.
[[nodiscard]] std::vector<SamplerEntry> cluster_samplers();

}  // namespace nmc::catalog
