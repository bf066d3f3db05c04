#include "drivers/run/stop_request.hpp"

#include <csignal>

namespace nmc::drivers {
namespace {

// A signal handler can reach nothing else than a flag of static storage.
volatile std::sig_atomic_t stop_flag = 0;
int requests = 0;  // alive, on the main thread

extern "C" void on_signal(int signal) {
  stop_flag = 1;
  std::signal(signal, SIG_DFL);
}

}  // namespace

StopRequest::StopRequest() {
  if (requests++ > 0) return;
  stop_flag = 0;
  std::signal(SIGTERM, on_signal);
  std::signal(SIGINT, on_signal);
}

StopRequest::~StopRequest() {
  if (--requests > 0) return;
  std::signal(SIGTERM, SIG_DFL);
  std::signal(SIGINT, SIG_DFL);
}

bool StopRequest::is_set() const {
  return stop_flag != 0;
}

}  // namespace nmc::drivers
