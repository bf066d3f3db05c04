#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "drivers/run/progress_line.hpp"

namespace nmc::drivers {

/// The progress line on stderr: on a terminal one line, of as many fields as it has room for,
/// refreshed twice a second; else one line a minute. Silent where `is_speaker` is false (ranks
/// other than 0).
class Progress {
 public:
  explicit Progress(bool is_speaker);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// Shows the line that `make` returns when it is time for one.
  void show(const std::function<ProgressLine()>& make);
  /// A line that stays, printed now.
  void say(const std::string& line);

 private:
  void refresh(const ProgressLine& line);

  bool is_speaker_;
  bool is_terminal_;
  bool is_open_ = false;  // a refreshed line without its line feed
  std::chrono::steady_clock::time_point next_;
};

}  // namespace nmc::drivers
