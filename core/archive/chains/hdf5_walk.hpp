#pragma once

#include <string>
#include <vector>

#include "core/archive/chains/chain_reader.hpp"
#include "core/archive/file.hpp"

namespace nmc::archive {

/// All datasets below a group but dimension scales, sorted within each group. Every object is
/// visited once, by whatever links it is reached, so that groups which hold themselves end. Links
/// that lead nowhere are added to `left_out`.
[[nodiscard]] std::vector<std::string> datasets_below(const File& file, const std::string& group,
                                                      std::vector<LeftOut>& left_out);

}  // namespace nmc::archive
