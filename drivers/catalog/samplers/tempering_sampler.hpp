#pragma once

#include <vector>

#include "drivers/catalog/entries/entry.hpp"

/// Replica exchange under the name `tempering`.
namespace nmc::catalog {

[[nodiscard]] SamplerEntry tempering_entry();

/// Ascending inverse temperatures as `0:1:0.05` or `0, 0.5, 1`. Where `beta` lies above them it
/// becomes the last; where it lies between two of them throws UserError.
[[nodiscard]] std::vector<double> read_ladder(const Options& options, std::string_view key,
                                              double beta);

}  // namespace nmc::catalog
