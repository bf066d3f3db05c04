#include "drivers/status/runs_below.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <system_error>

#include "drivers/format.hpp"
#include "drivers/text_table.hpp"

namespace fs = std::filesystem;

namespace nmc::drivers {
namespace {

constexpr int kMostDepth = 6;  // directories below the given one

void collect(const fs::path& directory, int depth, std::vector<fs::path>& found) {
  std::error_code error;  // of directories that are not ours to read
  for (const auto& entry : fs::directory_iterator(directory, error)) {
    std::error_code ignored;
    if (!entry.is_directory(ignored) || entry.is_symlink(ignored)) continue;
    if (fs::exists(entry.path() / "resolved.ini", ignored))
      found.push_back(entry.path());
    else if (depth < kMostDepth)
      collect(entry.path(), depth + 1, found);
  }
}

}  // namespace

std::vector<RunState> read_runs_below(const fs::path& directory) {
  std::vector<fs::path> found;
  collect(directory, 1, found);
  std::ranges::sort(found);
  std::vector<RunState> runs;
  for (const fs::path& path : found) {
    runs.push_back(read_run_state(path));
    runs.back().directory = path.lexically_relative(directory);
  }
  return runs;
}

std::string runs_text(const std::vector<RunState>& runs) {
  TextTable table({"run", "state", "phase", "done", "of", "", "ETA", "R-hat", "ESS"});
  for (const RunState& run : runs) {
    const RunStatus& s = run.status;
    const bool has_eta = s.state == "running" && std::isfinite(s.eta_seconds);
    const bool is_training = s.phase == "train";  // whose ESS is a share
    table.add({run.directory.string(), s.state, s.phase, number_or_dash(s.done, "{:.0f}"),
               number_or_dash(s.total, "{:.0f}"), s.unit, has_eta ? clock_text(s.eta_seconds) : "-",
               number_or_dash(s.rhat, "{:.3f}"),
               is_training ? number_or_dash(s.ess, "{:.2g}") : short_count(s.ess)});
  }
  return table.text();
}

std::string runs_json(const fs::path& directory, const std::vector<RunState>& runs) {
  std::string text;
  for (RunState run : runs) {
    run.directory = directory / run.directory;
    text += state_json(run);
  }
  return text;
}

int runs_code(const std::vector<RunState>& runs) {
  for (const int code : std::array{1, 2, 75})
    if (std::ranges::any_of(runs, [&](const RunState& run) { return state_code(run) == code; }))
      return code;
  return 0;
}

}  // namespace nmc::drivers
