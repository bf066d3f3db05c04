#pragma once

#include <string>

#include "drivers/verbs/verb.hpp"

namespace nmc::drivers {

/// The page of `nmc --help`.
[[nodiscard]] std::string general_help();
/// The page of `nmc VERB --help`.
[[nodiscard]] std::string verb_help(const Verb& verb);
/// The line of `nmc --version`.
[[nodiscard]] std::string version_line();

}  // namespace nmc::drivers
