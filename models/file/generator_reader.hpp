#pragma once

#include <memory>
#include <string>

#include "core/roles/generator.hpp"

namespace nmc {

/// "vae", "gan", or empty where a model file holds neither. UserError where it is no model file.
[[nodiscard]] std::string generator_type(const std::string& path);
/// What draws, as it was written. UserError, with the file named, where it holds no generator, or
/// a damaged one.
[[nodiscard]] std::unique_ptr<Generator> read_generator(const std::string& path);

}  // namespace nmc
