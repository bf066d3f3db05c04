#include "drivers/session/packed_task.hpp"

#include <fstream>
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

void pack(const fs::path& sweep, const std::string& task) {
  const fs::path directory = sweep / task;
  const auto status = read_status((directory / kStatus).string());
  if (!status || status->state != "done" || !fs::exists(directory / "result.h5")) return;
  RunStatus packed = *status;
  packed.task = task;
  archive::append_line((sweep / kTasksFile).string(), status_json(packed).text());
  move_log(directory / "log.jsonl", sweep / "log.jsonl", task);
  fs::remove(directory / "log.jsonl");
  fs::remove(directory / "job.ini");  // that of a task is its resolved.ini
  fs::remove(directory / kStatus);
  if (!holds_data_sums(text_of(directory / kResolved))) fs::remove(directory / kResolved);
}

}  // namespace

void pack_task(const fs::path& sweep, const std::string& task) {
  try {
    const archive::DirectoryLock lock((sweep / task).string(), {});
    pack(sweep, task);
  } catch (const UserError&) {  // of a directory that is somebody's, or no more written to: it
    return;                     // keeps its files
  } catch (const fs::filesystem_error&) {
    return;
  }
}

std::map<std::string, RunStatus> packed_tasks(const fs::path& sweep) {
  std::map<std::string, RunStatus> tasks;
  std::ifstream file(sweep / kTasksFile, std::ios::binary);
  for (std::string line; std::getline(file, line);) {
    const auto members = archive::json_members(line);
    if (!members || members->word("task").empty()) continue;
    RunStatus status = status_of(*members);
    const std::string name = std::exchange(status.task, "");
    tasks.insert_or_assign(name, std::move(status));
  }
  return tasks;
}

bool is_packed(const fs::path& directory) {
  std::error_code ignored;
  return !fs::exists(directory / kStatus, ignored) && fs::exists(directory / "result.h5", ignored);
}

std::optional<std::string> stored_job(const fs::path& directory) {
  if (fs::exists(directory / kResolved)) return text_of(directory / kResolved);
  if (!is_packed(directory)) return std::nullopt;
  const auto file = archive::File::open((directory / "result.h5").string());
  if (!file.has("/provenance")) return std::nullopt;
  return archive::read_provenance(file).resolved_job;
}

}  // namespace nmc::drivers
