#pragma once

#include <optional>

#include "core/batch.hpp"
#include "models/training/training_state.hpp"

namespace nmc {

/// Judges draws of q by loss = ln q - ln p, (draws) all finite; ln Z of p where it is known.
[[nodiscard]] BatchQuality judge(const Column& loss, std::optional<double> log_z);

/// Standard error of the mean of independent numbers; NaN for fewer than two.
[[nodiscard]] double standard_error(const Column& values);

}  // namespace nmc
