#pragma once

#include <functional>
#include <memory>

#include "core/options/options.hpp"
#include "core/roles/family.hpp"
#include "core/roles/spin_target.hpp"

namespace nmc::catalog {

/// A system's targets at all its conditions, from the keys of [system].
using MakeFamily = std::function<std::unique_ptr<const TargetFamily>(const Options&)>;

/// Over beta, each target made anew.
[[nodiscard]] MakeFamily beta_family(
    std::function<std::unique_ptr<const Target>(const Options&, double beta)> make);

/// Over beta, of spins whose couplings are made once: `make` gives them at beta = 1.
[[nodiscard]] MakeFamily spin_beta_family(
    std::function<std::unique_ptr<const SpinTarget>(const Options&)> make);

}  // namespace nmc::catalog
