#pragma once

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "drivers/job/sweep.hpp"
#include "drivers/report/report.hpp"

namespace nmc::drivers {

/// What is known of one task of a sweep.
struct TaskReport {
  SweepPoint point;
  std::optional<Report> report;  ///< none while the task is not done
  Index sites = 0;
  Index chains = 0;
  Index draws = 0;           ///< per chain
  Index steps_per_draw = 0;  ///< of the sampler
  double wall_seconds = 0;   ///< of sampling
  double cpu_seconds = 0;
};

struct SweepReport {
  std::filesystem::path directory;
  std::vector<std::string> keys;  ///< "system.beta", … that any task sets
  std::vector<TaskReport> tasks;
  std::vector<SweepLine>
      grid{};  ///< lines whose product the tasks are; empty where there are groups
};

/// Whether the directory is that of a sweep, which has resolved.ini with [sweep].
[[nodiscard]] bool holds_sweep(const std::filesystem::path& directory);
[[nodiscard]] SweepReport read_sweep(const std::filesystem::path& directory);
/// The same of the tasks of these names alone.
[[nodiscard]] SweepReport read_sweep_tasks(const std::filesystem::path& directory,
                                           const std::set<std::string>& names);

/// Whether a result of any task is refused.
[[nodiscard]] bool has_refusal(const SweepReport& sweep);

/// A row per task: means of as many observables as so many columns take, in the order in which they
/// were asked for, and the worst of tau, ESS, R-hat and z.
[[nodiscard]] std::string sweep_text(const SweepReport& sweep, std::size_t columns);
/// The lines of report_json() of each task, beginning with `task` and the values that it sets.
[[nodiscard]] std::string sweep_json(const SweepReport& sweep);

/// Publishes DIR/sweep.h5, which xarray opens: a dimension per line of the sweep where the tasks
/// are one product, else `task`; a variable per swept key and per observable, with `_error`,
/// `_tau_int`,
/// `_tau_int_error`, `_ess_bulk`, `_rhat`, `_exact`, `_z`; `done` is false where a task is missing.
void write_sweep_file(const SweepReport& sweep);

/// Observables of all tasks in the order of first appearance: what was asked for, as it was, then
/// what follows from it.
[[nodiscard]] std::vector<std::string> observable_names(const SweepReport& sweep);

}  // namespace nmc::drivers
