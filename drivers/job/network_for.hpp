#pragma once

#include <string>

#include "drivers/catalog/catalog.hpp"

namespace nmc::drivers {

/// Name of the first network with which the sampler works on a system of this kind, tried on the
/// system's example; empty where there is none.
[[nodiscard]] std::string network_for(const catalog::SamplerEntry& sampler, const Options& options,
                                      const catalog::SystemEntry& system);

}  // namespace nmc::drivers
