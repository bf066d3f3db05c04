#pragma once

#include <string>
#include <vector>

#include "core/archive/chains/arrays.hpp"

namespace nmc::archive {

/// A dataset as arrays: one of numbers, one per numeric member of records, none of anything else,
/// which `left_out` then says. Axes are named by dimension scales, by labels, or by an attribute
/// `dims`, `dimensions`, `axes` or `_ARRAY_DIMENSIONS`. `file` must outlive what is returned.
[[nodiscard]] std::vector<StoredArray> arrays_of(const File& file, const std::string& dataset,
                                                 std::vector<LeftOut>& left_out);

/// Where `group` is that of emcee's HDFBackend: its arrays [step, walker, …] by name, without the
/// steps that are not filled yet.
void name_emcee_axes(const File& file, const std::string& dataset, std::vector<StoredArray>& arrays,
                     ChainFile& chains);

}  // namespace nmc::archive
