#pragma once

#include <string>

#include "core/batch.hpp"
#include "core/options/options.hpp"

namespace nmc::drivers {

/// The configurations that a key names by FILE.h5:DATASET, (rows, sites): a dataset of two axes, or
/// (chains, draws, sites) as nmc keeps configurations. UserError where they are not
/// there, and where there are none.
[[nodiscard]] Batch read_rows(const Options& options, const std::string& key);

}  // namespace nmc::drivers
