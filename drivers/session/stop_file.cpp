#include "drivers/session/stop_file.hpp"

#include <filesystem>
#include <system_error>

namespace nmc::drivers {

StopFile::StopFile(const std::vector<std::string>& directories) {
  for (const std::string& directory : directories)
    if (!directory.empty()) paths_.push_back((std::filesystem::path(directory) / "STOP").string());
}

bool StopFile::is_there() {
  if (!found_.empty()) return true;
  const auto now = Clock::now();
  if (now < next_look_) return false;
  next_look_ = now + std::chrono::milliseconds(500);
  for (const std::string& path : paths_) {
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored)) continue;
    found_ = path;
    return true;
  }
  return false;
}

std::string way_to_resume(const StopFile& file) {
  return file.path().empty() ? "run again to resume"
                             : "remove " + file.path() + " and run again to resume";
}

}  // namespace nmc::drivers
