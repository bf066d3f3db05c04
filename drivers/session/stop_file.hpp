#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace nmc::drivers {

/// A file by the name of STOP in the directory of a run, or of the sweep it belongs to, asks it to
/// stop with a checkpoint: `touch DIR/STOP` from any machine that sees the directory. It asks until
/// it is removed.
class StopFile {
 public:
  explicit StopFile(const std::vector<std::string>& directories);
  /// Whether one is there; looked for twice a second at most.
  [[nodiscard]] bool is_there();
  /// The one that was found.
  [[nodiscard]] const std::string& path() const { return found_; }

 private:
  using Clock = std::chrono::steady_clock;
  std::vector<std::string> paths_;
  std::string found_;
  Clock::time_point next_look_ = Clock::now();
};

/// "run again to resume", where a file asked for the stop "remove DIR/STOP and run again …".
[[nodiscard]] std::string way_to_resume(const StopFile& file);

}  // namespace nmc::drivers
