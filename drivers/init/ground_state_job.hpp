#pragma once

#include <string>

#include "core/options/command_line.hpp"
#include "drivers/catalog/catalog.hpp"

namespace nmc::drivers {

/// A commented job that looks for the ground state of a quantum system; the words of the command
/// line are its name and, if given, a wave function.
[[nodiscard]] std::string ground_state_job(const CommandLine& line,
                                           const catalog::SystemEntry& entry);

}  // namespace nmc::drivers
