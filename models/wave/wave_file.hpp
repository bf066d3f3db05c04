#pragma once

#include <map>
#include <memory>
#include <string>

#include "core/archive/file.hpp"
#include "core/roles/stored.hpp"
#include "core/roles/wave_function.hpp"

namespace nmc {

/// A wave function as stored in a model file (docs/model-file.md), and what for.
struct WaveFile {
  std::unique_ptr<WaveFunction> psi;
  std::map<std::string, std::string> target;  ///< `name` and the options of its system
};

/// Writes /model and /target into an open file.
void write_wave(archive::File& file, const Stored& psi, const std::string& name,
                const std::map<std::string, std::string>& target);

/// UserError, with the file named, where it holds no wave function.
[[nodiscard]] WaveFile read_wave(const std::string& path);

}  // namespace nmc
