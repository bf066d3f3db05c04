#include "drivers/run/progress.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>

#include "drivers/format.hpp"

namespace nmc::drivers {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
constexpr milliseconds kTerminalInterval{500};
constexpr milliseconds kFileInterval{60'000};

// Width of the terminal, 80 where it does not say.
std::size_t columns() {
  winsize size{};
  const bool is_known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 20;
  return is_known ? size.ws_col : 80;
}

}  // namespace

Progress::Progress(bool is_speaker)
    : is_speaker_(is_speaker),
      is_terminal_(::isatty(STDERR_FILENO) == 1),
      next_(steady_clock::now() + (is_terminal_ ? kTerminalInterval : kFileInterval)) {}

Progress::~Progress() {
  if (is_open_) std::fputs("\n", stderr);
}

void Progress::print(const std::string& line) {
  if (is_terminal_)
    fmt::print(stderr, "\r{:<{}}", line.substr(0, columns() - 1), columns() - 1);
  else
    fmt::print(stderr, "{}\n", line);
  std::fflush(stderr);
  is_open_ = is_terminal_;
}

void Progress::show(const std::function<std::string()>& make) {
  if (!is_speaker_ || steady_clock::now() < next_) return;
  next_ = steady_clock::now() + (is_terminal_ ? kTerminalInterval : kFileInterval);
  print(make());
}

void Progress::say(const std::string& line) {
  if (!is_speaker_) return;
  print(line);
  if (is_open_) std::fputs("\n", stderr);
  is_open_ = false;
}

std::string pace_text(const Pace& pace) {
  const double rate = pace.seconds > 0 ? (pace.done - pace.first) / pace.seconds : 0;
  const std::string eta = rate > 0 ? clock_text((pace.total - pace.done) / rate) : "-";
  return fmt::format("{} {:.0f}/{:.0f} {:.0f}%  {:.1e} {}  ETA {}", pace.phase, pace.done,
                     pace.total, 100 * pace.done / pace.total, rate * pace.draws_per_unit,
                     pace.unit, eta);
}

}  // namespace nmc::drivers
