#pragma once

#include <memory>
#include <string>

#include "core/archive/file.hpp"
#include "core/roles/generator.hpp"
#include "core/roles/stored.hpp"

namespace nmc {

/// Writes /model of a generator into an open file; layout in docs/model-file.md.
void write_generator(archive::File& file, const Stored& generator, const std::string& name);

/// "vae", "gan", or empty where a model file holds neither. UserError where it is no model file.
[[nodiscard]] std::string generator_type(const std::string& path);
/// What draws, as it was written. UserError, with the file named, where it holds no generator, or
/// a damaged one.
[[nodiscard]] std::unique_ptr<Generator> read_generator(const std::string& path);

/// What to say where a file of this type is to propose; empty where the type is no generator.
[[nodiscard]] std::string why_no_proposal(const std::string& type);

}  // namespace nmc
