#include "drivers/session/stop_request.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstddef>

#include "core/errors.hpp"

namespace nmc::drivers {
namespace {

struct StopSignal {
  int number;
  const char* name;
  bool is_impatient;  ///< the second one ends the program
};
constexpr std::array<StopSignal, 6> kSignals{{{SIGINT, "SIGINT", true},
                                              {SIGTERM, "SIGTERM", true},
                                              {SIGHUP, "SIGHUP", false},
                                              {SIGUSR1, "SIGUSR1", false},
                                              {SIGUSR2, "SIGUSR2", false},
                                              {SIGXCPU, "SIGXCPU", false}}};

// A signal handler can reach nothing else than a flag of static storage.
volatile std::sig_atomic_t stop_flag = 0;  // number of the first signal
volatile std::sig_atomic_t end_code = 0;   // with which one ends the process, where it may
std::array<char, 1024> end_line{};
volatile std::size_t end_line_length = 0;
int requests = 0;             // alive, on the main thread
bool is_own_process = false;  // nothing else than the job lives in it

extern "C" void on_signal(int signal) {
  if (end_code != 0) {
    [[maybe_unused]] const ssize_t put = ::write(STDERR_FILENO, end_line.data(), end_line_length);
    ::_exit(end_code);
  }
  if (stop_flag == 0) stop_flag = signal;
  // INT after TERM is a second one too.
  if (signal == SIGINT || signal == SIGTERM) {
    std::signal(SIGINT, SIG_DFL);
    std::signal(SIGTERM, SIG_DFL);
  }
}

void handle(const StopSignal& signal) {
  struct sigaction action {};
  if (!signal.is_impatient && sigaction(signal.number, nullptr, &action) == 0 &&
      action.sa_handler == SIG_IGN)
    return;
  action = {};
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART;  // a write to disk must not end half way
  sigemptyset(&action.sa_mask);
  sigaction(signal.number, &action, nullptr);
}

void release(const StopSignal& signal) {
  struct sigaction action {};
  if (sigaction(signal.number, nullptr, &action) == 0 && action.sa_handler == on_signal)
    std::signal(signal.number, SIG_DFL);
}

void hear() {
  if (requests++ > 0) return;
  stop_flag = 0;
  end_code = 0;
  std::ranges::for_each(kSignals, handle);
}

}  // namespace

void hear_stop_signals_to_the_end() {
  is_own_process = true;
  hear();
}

StopRequest::StopRequest() {
  hear();
}

StopRequest::~StopRequest() {
  if (--requests > 0) return;
  std::ranges::for_each(kSignals, release);
}

bool StopRequest::is_set() const {
  return stop_flag != 0;
}

void StopRequest::end_at_once(int code, const std::string& line) const {
  end_line_length = std::min(line.size(), end_line.size() - 1);
  std::copy_n(line.begin(), end_line_length, end_line.begin());
  end_line[end_line_length] = '\n';
  end_line_length = end_line_length + 1;
  if (is_own_process) end_code = code;
  if (is_set()) throw Interrupted(line);
}

std::string StopRequest::name() const {
  const int number = stop_flag;
  const auto* signal = std::ranges::find(kSignals, number, &StopSignal::number);
  return signal == kSignals.end() ? "" : signal->name;
}

}  // namespace nmc::drivers
