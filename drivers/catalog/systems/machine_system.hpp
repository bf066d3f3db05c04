#pragma once

#include <memory>

#include "drivers/catalog/entries/entry.hpp"
#include "models/energy/rbm.hpp"

namespace nmc::catalog {

/// The density of the visible units of a restricted machine as a system, with its beta; it holds a
/// copy.
[[nodiscard]] System machine_system(const Options& options, const Rbm& machine);
/// Its target at every beta.
[[nodiscard]] std::unique_ptr<const TargetFamily> machine_family(Rbm machine);

}  // namespace nmc::catalog
