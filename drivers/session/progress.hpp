#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "drivers/session/progress_line.hpp"

namespace nmc::drivers {

/// The progress line on stderr: on a terminal one line, of as many fields as it has room for,
/// refreshed twice a second; else one line a minute.
class Progress {
 public:
  /// `says` what stays (rank 0), `shows` the line itself, too.
  Progress(bool says, bool shows);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// Shows the line that `make` returns when it is time for one.
  void show(const std::function<ProgressLine()>& make);
  /// A line that stays, printed now.
  void say(const std::string& line);

 private:
  void refresh(const ProgressLine& line);

  bool says_, shows_;
  bool is_terminal_;
  bool is_open_ = false;  // a refreshed line without its line feed
  std::chrono::steady_clock::time_point next_;
};

}  // namespace nmc::drivers
