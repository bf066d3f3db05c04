#pragma once

#include <string>

#include "core/archive/file.hpp"
#include "core/roles/stored.hpp"

namespace nmc {

/// Writes /model of a generator into an open file; layout in docs/model-file.md.
void write_generator(archive::File& file, const Stored& generator, const std::string& name);

/// What to say where a file of this type is to propose; empty where the type is no generator.
[[nodiscard]] std::string why_no_proposal(const std::string& type);

}  // namespace nmc
