#include "drivers/session/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "drivers/terminal.hpp"

namespace nmc::drivers {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
constexpr milliseconds kTerminalInterval{500};
constexpr milliseconds kFileInterval{60'000};

}  // namespace

Progress::Progress(bool says, bool shows)
    : says_(says),
      shows_(says && shows),
      is_terminal_(::isatty(STDERR_FILENO) == 1),
      next_(steady_clock::now() + (is_terminal_ ? kTerminalInterval : kFileInterval)) {}

Progress::~Progress() {
  if (is_open_) std::fputs("\n", stderr);
}

void Progress::refresh(const ProgressLine& line) {
  if (is_terminal_) {
    const std::size_t columns = terminal_columns(STDERR_FILENO) - 1;  // the last one would wrap
    fmt::print(stderr, "\r{:<{}}", line.text(columns), columns);
  } else {
    fmt::print(stderr, "{}\n", line.text());
  }
  std::fflush(stderr);
  is_open_ = is_terminal_;
}

void Progress::show(const std::function<ProgressLine()>& make) {
  if (!shows_ || steady_clock::now() < next_) return;
  next_ = steady_clock::now() + (is_terminal_ ? kTerminalInterval : kFileInterval);
  refresh(make());
}

void Progress::say(const std::string& line) {
  if (!says_) return;
  if (is_open_) std::fputs("\n", stderr);
  fmt::print(stderr, "{}\n", line);
  std::fflush(stderr);
  is_open_ = false;
}

}  // namespace nmc::drivers
