#pragma once

#include <memory>

#include "core/roles/family.hpp"
#include "core/roles/sampler.hpp"
#include "samplers/local/local_rule.hpp"

namespace nmc::drivers {

/// Single updates of spins or labels that are known by their energies, at one temperature of their
/// family, which must outlive it.
[[nodiscard]] std::unique_ptr<Sampler> by_energies(const TargetFamily& family, LocalRule rule,
                                                   double beta);

}  // namespace nmc::drivers
