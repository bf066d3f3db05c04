#pragma once

#include <memory>
#include <string>

#include "models/energy/dbm.hpp"

namespace nmc {

/// Writes /model into an open file; layout in docs/model-file.md.
void write_machine(archive::File& file, const Rbm& rbm);
void write_machine(archive::File& file, const Dbm& dbm);

/// "rbm" or "dbm" where a model file holds a machine, else "".
[[nodiscard]] std::string machine_type(const std::string& path);

/// Reads a restricted or a deep Boltzmann machine. UserError, with file and object named, for what
/// is none or is damaged.
[[nodiscard]] std::unique_ptr<Rbm> read_machine(const std::string& path);
[[nodiscard]] std::unique_ptr<Dbm> read_deep_machine(const std::string& path);

}  // namespace nmc
