#pragma once

#include "core/statistics/chains.hpp"

namespace nmc::statistics {

/// A number with its standard error.
struct Estimate {
  double value = not_a_number;
  double error = not_a_number;
};

/// Mean of independent draws.
[[nodiscard]] Estimate mean_of(const Column& draws);

}  // namespace nmc::statistics
