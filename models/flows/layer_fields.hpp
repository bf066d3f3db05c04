#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/archive/file.hpp"

/// What the layers of a flow have in common in a model file.
namespace nmc {

/// Numbers of sites, masks or orbits. UserError where they are missing, negative or beyond an int.
[[nodiscard]] std::vector<int> read_int_vector(const archive::File& file,
                                               const std::string& dataset);

[[nodiscard]] inline std::vector<std::int64_t> wide(const std::vector<int>& numbers) {
  return {numbers.begin(), numbers.end()};
}

}  // namespace nmc
