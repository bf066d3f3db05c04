#include "drivers/session/packed_task.hpp"

#include <fstream>
#include <functional>
#include <sstream>
#include <utility>

#include "core/archive/append_line.hpp"
#include "core/archive/directory_lock.hpp"
#include "core/archive/file.hpp"
#include "core/archive/json_members.hpp"
#include "core/archive/provenance.hpp"
#include "core/errors.hpp"
#include "drivers/session/data_sums.hpp"

namespace fs = std::filesystem;

namespace nmc::drivers {
namespace {

constexpr const char* kTasksFile = "tasks.jsonl";
constexpr const char* kStatus = "status.json";
constexpr const char* kResolved = "resolved.ini";

std::string text_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// One write for all lines of a task: those of several processes do not mix.
void move_log(const fs::path& from, const fs::path& to, const std::string& task) {
  std::istringstream lines(text_of(from));
  const std::string name = JsonLine().add("task", task).members() + ", ";
  std::string all;
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with('{')) continue;  // cut short by a full disk
    all += (all.empty() ? "" : "\n") + line.insert(1, name);
  }
  if (!all.empty()) archive::append_line(to.string(), all);
}

/// Of tasks.jsonl, from the oldest; lines that are cut short are passed over.
void for_each_line(const fs::path& sweep,
                   const std::function<void(const archive::JsonMembers&)>& look) {
  std::ifstream file(sweep / kTasksFile, std::ios::binary);
  for (std::string line; std::getline(file, line);) {
    const auto members = archive::json_members(line);
    if (members && !members->word("task").empty()) look(*members);
  }
}

void pack(const fs::path& sweep, const std::string& task) {
  const fs::path directory = sweep / task;
  if (auto status = read_status((directory / kStatus).string())) {
    status->task = task;
    status->state = status->phase = "done";  // also where it was killed with its result whole
    status->eta_seconds = RunStatus::kNone;
    JsonLine line = status_json(*status);
    line.add("job", text_of(directory / kResolved));
    archive::append_line((sweep / kTasksFile).string(), line.text());
  }
  move_log(directory / "log.jsonl", sweep / "log.jsonl", task);
  fs::remove(directory / "log.jsonl");
  fs::remove(directory / "job.ini");  // that of a task is its resolved.ini
  fs::remove(directory / kStatus);
  if (!holds_data_sums(text_of(directory / kResolved))) fs::remove(directory / kResolved);
}

}  // namespace

void pack_task(const fs::path& sweep, const std::string& task) {
  const fs::path directory = sweep / task;
  std::error_code ignored;
  const bool has_texts =
      fs::exists(directory / kStatus, ignored) || fs::exists(directory / kResolved, ignored);
  if (!has_texts || !fs::exists(directory / "result.h5", ignored)) return;
  try {
    const archive::DirectoryLock lock(directory.string(), {});
    pack(sweep, task);
  } catch (const UserError&) {    // of a directory that is somebody's, or no more written to: it
    return;                       // keeps its files, and the next start looks again
  } catch (const Interrupted&) {  // a full disk, which a result that is whole need not fear
    return;
  } catch (const fs::filesystem_error&) {
    return;
  }
}

std::map<std::string, RunStatus> packed_tasks(const fs::path& sweep) {
  std::map<std::string, RunStatus> tasks;
  for_each_line(sweep, [&](const archive::JsonMembers& members) {
    RunStatus status = status_of(members);
    const std::string name = std::exchange(status.task, "");
    tasks.insert_or_assign(name, std::move(status));
  });
  return tasks;
}

bool is_packed(const fs::path& directory) {
  std::error_code ignored;
  return !fs::exists(directory / kStatus, ignored) && fs::exists(directory / "result.h5", ignored);
}

RunStatus packed_status(const fs::path& directory) {
  RunStatus status;
  status.state = status.phase = "done";
  const auto file = archive::File::open((directory / "result.h5").string());
  if (!file.has("/posterior/draw")) return status;
  status.unit = "draws";
  status.done = status.total = static_cast<double>(file.shape("/posterior/draw").at(0));
  return status;
}

std::optional<std::string> stored_job(const fs::path& directory) {
  if (fs::exists(directory / kResolved)) return text_of(directory / kResolved);
  if (fs::exists(directory / "result.h5")) {
    const auto file = archive::File::open((directory / "result.h5").string());
    if (!file.has("/provenance")) return std::nullopt;
    return archive::read_provenance(file).resolved_job;
  }
  std::error_code ignored;
  const fs::path whole = fs::canonical(directory, ignored);
  if (ignored || !fs::exists(whole.parent_path() / kTasksFile)) return std::nullopt;
  std::optional<std::string> job;
  for_each_line(whole.parent_path(), [&](const archive::JsonMembers& members) {
    if (members.word("task") == whole.filename() && !members.word("job").empty())
      job = members.word("job");
  });
  return job;
}

}  // namespace nmc::drivers
