#pragma once

#include <string>
#include <vector>

#include "drivers/verbs/verb.hpp"

/// What shells and man show of the program, made from its own tables.
namespace nmc::drivers {

/// All --section.key= that a job may have, of every name in the catalogue.
[[nodiscard]] std::vector<std::string> job_words();

/// A script that completes verbs, flags, names and keys in `shell`, bash or zsh; empty for another.
[[nodiscard]] std::string completion(const std::string& shell, const std::vector<Verb>& verbs);

/// nmc(1) in the language of man.
[[nodiscard]] std::string man_page(const std::vector<Verb>& verbs);

}  // namespace nmc::drivers
