#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "drivers/status/run_state.hpp"

namespace nmc::drivers {

/// The runs and sweeps below a directory that is none itself, in the order of their paths, which
/// are relative to it; not what lies within a run. Links to directories are not followed.
[[nodiscard]] std::vector<RunState> read_runs_below(const std::filesystem::path& directory);

/// A row for each.
[[nodiscard]] std::string runs_text(const std::vector<RunState>& runs);
/// The objects of `nmc status` of each.
[[nodiscard]] std::string runs_json(const std::filesystem::path& directory,
                                    const std::vector<RunState>& runs);
/// 1 where one runs, else 2 where one failed, else 75 where one was stopped, else 0.
[[nodiscard]] int runs_code(const std::vector<RunState>& runs);

}  // namespace nmc::drivers
