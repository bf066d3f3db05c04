#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/archive/directory_lock.hpp"
#include "drivers/session/run_status.hpp"

namespace nmc::drivers {

/// What is known of a run from its directory, whether it lives or not. `status.state` is what is
/// true now: one of running, stopped, failed, done, or killed where status.json says running and no
/// process holds the directory, or waiting for a task of a sweep that was not begun. Where several
/// processes run tasks of one sweep, its state is what those of the tasks make of it.
struct RunState {
  std::filesystem::path directory;
  RunStatus status;
  std::optional<archive::LockHolder> holder;
  std::vector<RunState> tasks{};  ///< of a sweep; their `directory` is the name of the task
};

/// UserError where the directory holds no run.
[[nodiscard]] RunState read_run_state(const std::filesystem::path& directory);

/// The page for a terminal.
[[nodiscard]] std::string state_text(const RunState& state);
/// One JSON object, then one per task of a sweep.
[[nodiscard]] std::string state_json(const RunState& state);
/// The exit code of `nmc status`: 0 done, 1 running, 2 failed or killed, 75 stopped,
/// or a sweep whose last tasks wait.
[[nodiscard]] int state_code(const RunState& state);
/// "sample, 840 of 2000 draws (42 %)".
[[nodiscard]] std::string place_text(const RunStatus& status);

}  // namespace nmc::drivers
