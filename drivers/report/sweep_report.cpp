#include "drivers/report/sweep_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "core/archive/file.hpp"
#include "core/errors.hpp"
#include "core/options/job_file.hpp"
#include "core/options/sweep_values.hpp"
#include "drivers/job/sections.hpp"
#include "drivers/job/sweep_line.hpp"

namespace fs = std::filesystem;

namespace nmc::drivers {
namespace {

std::vector<GivenOption> resolved_values(const fs::path& directory) {
  const fs::path path = directory / "resolved.ini";
  return fs::exists(path) ? read_job_file(path).values : std::vector<GivenOption>{};
}

/// A directory may have been renamed, or a result copied into another. Numbers alone are compared:
/// paths are stored otherwise than they are given, each task has a seed of its own, and lengths
/// grow.
void require_own_result(const RunFile& run, const SweepPoint& point, const fs::path& path) {
  const auto values = parse_job_text(run.provenance.resolved_job, "resolved.ini");
  for (const GivenOption& setting : point.settings) {
    const bool may_differ = full_key(setting) == "run.seed" ||
                            is_length(setting.section, setting.key) || !number_value(setting.value);
    if (may_differ) continue;
    const auto own = std::ranges::find(values, full_key(setting), full_key);
    require(own == values.end() || canonical_value(own->value) == canonical_value(setting.value),
            fmt::format("{} is of {} = {}, and its directory that of the task with {}: bring the "
                        "right one back, or remove it and run again",
                        path.string(), full_key(setting), own == values.end() ? "" : own->value,
                        setting.value));
  }
}

TaskReport read_task(const fs::path& directory, const SweepPoint& point) {
  TaskReport task{point, std::nullopt};
  const fs::path result = directory / point.name / "result.h5";
  if (!fs::exists(result)) return task;
  const RunFile run = read_run(result);
  require_own_result(run, point, result);
  task.report = make_report(run);
  if (run.posterior.empty()) return task;
  task.draws = run.posterior.front().draws();
  task.chains = run.posterior.front().chains();
  const auto file = archive::File::open(result.string());
  task.sites = file.int_attribute("/constant_data", "sites");
  task.steps_per_draw = file.int_attribute("/posterior", "steps_per_draw");
  for (const archive::PhaseTime& phase : run.provenance.phases) {
    if (phase.name != "sample") continue;
    task.wall_seconds = phase.wall_seconds;
    task.cpu_seconds = phase.cpu_seconds;
  }
  return task;
}

}  // namespace

bool holds_sweep(const fs::path& directory) {
  return fs::is_directory(directory) && has_sweep(resolved_values(directory));
}

namespace {

// Of all tasks without names.
SweepReport read_points(const fs::path& directory, const std::set<std::string>* names) {
  const std::vector<GivenOption> given = resolved_values(directory);
  SweepReport sweep{directory, {}, {}, sweep_grid(given)};
  for (const SweepPoint& point : expand_sweep(given)) {
    if (names != nullptr && !names->contains(point.name)) continue;
    for (const GivenOption& setting : point.settings)
      if (std::ranges::find(sweep.keys, full_key(setting)) == sweep.keys.end())
        sweep.keys.push_back(full_key(setting));
    sweep.tasks.push_back(read_task(directory, point));
  }
  return sweep;
}

}  // namespace

SweepReport read_sweep(const fs::path& directory) {
  return read_points(directory, nullptr);
}

SweepReport read_sweep_tasks(const fs::path& directory, const std::set<std::string>& names) {
  SweepReport sweep = read_points(directory, &names);
  sweep.grid.clear();  // these are no product
  return sweep;
}

}  // namespace nmc::drivers
