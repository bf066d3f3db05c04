#pragma once

#include <filesystem>
#include <string>

namespace nmc::drivers {

/// The file of an annealing, or of its runs so far (whose state goes to stderr), where that is what
/// RUN is or holds; else "".
[[nodiscard]] std::string annealing_of(const std::filesystem::path& run);

}  // namespace nmc::drivers
