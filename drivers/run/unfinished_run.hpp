#pragma once

#include <filesystem>
#include <optional>

#include "core/parallel/ranks.hpp"
#include "drivers/report/run_file.hpp"

namespace nmc::drivers {

/// A run as its newest checkpoint has it.
struct UnfinishedRun {
  Index draws = 0, total = 0;   ///< of every chain, on the disk and of the job
  std::optional<RunFile> file;  ///< what result.h5 would hold of them; none before the first draw
};

/// Nothing where the directory holds a result with all draws that there are. UserError where it
/// holds no run. Writes nothing.
[[nodiscard]] std::optional<UnfinishedRun> read_unfinished_run(
    const std::filesystem::path& directory, const Ranks& ranks);

}  // namespace nmc::drivers
