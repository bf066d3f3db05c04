#include "drivers/tasks/task_claims.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "core/archive/write_error.hpp"

namespace fs = std::filesystem;

namespace nmc::drivers {
namespace {

constexpr const char* kDone = ".done";
constexpr const char* kFailed = ".failed";

}  // namespace

void TaskClaims::begin() const {
  end();
  std::error_code error;
  fs::create_directory(directory_, error);
  if (error) archive::fail_to_write(directory_.string(), error.value());
}

void TaskClaims::end() const {
  std::error_code ignored;  // its absence is what is wanted
  fs::remove_all(directory_, ignored);
}

bool TaskClaims::take(std::size_t task) const {
  const fs::path path = directory_ / std::to_string(task);
  const int file = ::open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0644);
  if (file < 0 && errno != EEXIST) archive::fail_to_write(path.string(), errno);
  if (file >= 0) ::close(file);
  return file >= 0;
}

void TaskClaims::finish(std::size_t task, bool has_failed) const {
  // For count() alone, beside the claim: nobody may take it again.
  const fs::path path = directory_ / (std::to_string(task) + (has_failed ? kFailed : kDone));
  const int file = ::open(path.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0644);
  if (file < 0) archive::fail_to_write(path.string(), errno);
  ::close(file);
}

TaskClaims::Count TaskClaims::count() const {
  Count count;
  std::vector<std::size_t> over;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(directory_, error)) {
    const std::string name = entry.path().filename().string();
    const std::size_t task = std::stoul(name);
    if (name.ends_with(kDone)) {
      ++count.done;
      over.push_back(task);
    } else if (name.ends_with(kFailed)) {
      ++count.failed;
      over.push_back(task);
    } else {
      count.running.push_back(task);
    }
  }
  std::erase_if(count.running,
                [&](std::size_t task) { return std::ranges::find(over, task) != over.end(); });
  std::ranges::sort(count.running);
  return count;
}

}  // namespace nmc::drivers
