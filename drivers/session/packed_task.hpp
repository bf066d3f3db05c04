#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "drivers/session/run_status.hpp"

/// Tasks of a sweep that are done keep few files, for file systems that count them: a result, which
/// holds its job, and what a longer run goes on from. What their status.json said is a line of
/// SWEEP/tasks.jsonl, and their log is in that of the sweep.
namespace nmc::drivers {

/// Takes the texts of a task that is done, its result.h5 that of its job, out of its directory.
/// Nothing happens where a process is at work there, or nothing can be written; resolved.ini stays
/// where it holds sums of files that were read. A call that was cut short is ended by the next one.
void pack_task(const std::filesystem::path& sweep, const std::string& task);

/// What tasks.jsonl says of each task, its last line.
[[nodiscard]] std::map<std::string, RunStatus> packed_tasks(const std::filesystem::path& sweep);

/// Whether all that is left of the run is a result and what a longer run goes on from.
[[nodiscard]] bool is_packed(const std::filesystem::path& directory);

/// What its result says of a packed task: for where tasks.jsonl has no line of it.
[[nodiscard]] RunStatus packed_status(const std::filesystem::path& directory);

/// The text of resolved.ini, of a packed task what its result or, where that is gone, tasks.jsonl
/// of its sweep says; nothing where there is none of them.
[[nodiscard]] std::optional<std::string> stored_job(const std::filesystem::path& directory);

}  // namespace nmc::drivers
