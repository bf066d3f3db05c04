#pragma once

#include <chrono>
#include <functional>
#include <string>

namespace nmc::drivers {

/// The progress line on stderr: on a terminal one line as wide as it is, refreshed twice a
/// second; else one line a minute. Silent where `is_speaker` is false (ranks other than 0).
class Progress {
 public:
  explicit Progress(bool is_speaker);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// Shows the line that `make` returns when it is time for one.
  void show(const std::function<std::string()>& make);
  /// A line that stays, printed now.
  void say(const std::string& line);

 private:
  void print(const std::string& line);

  bool is_speaker_;
  bool is_terminal_;
  bool is_open_ = false;  // a refreshed line without its line feed
  std::chrono::steady_clock::time_point next_;
};

/// "sample 840/2000 42%  3.1e4 draws/s  ETA 0:06:12" of work that began at `first`, is at `done`
/// after `seconds`, and ends at `total`; `rate_unit` draws are made per unit of work.
struct Pace {
  std::string phase;
  double done = 0, total = 1, first = 0;
  double seconds = 0;
  double draws_per_unit = 1;
  std::string unit = "draws/s";
};
[[nodiscard]] std::string pace_text(const Pace& pace);

}  // namespace nmc::drivers
