#include "core/archive/hdf5_net.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <mutex>
#include <vector>

namespace nmc::archive::hdf5 {
namespace {

constexpr int exit_code = 2;  // of what the user can mend

constexpr std::array fatal_signals = {SIGSEGV, SIGBUS, SIGFPE, SIGABRT};

/// What the handler may look at: it must not allocate.
std::array<char, 8192> message;
volatile std::size_t message_length = 0;

extern "C" void end_with_message(int /*signal*/) {
  // Whether the message went out or not, this is the end.
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, message.data(), message_length);
  ::_exit(exit_code);
}

struct OpenFile {
  std::int64_t id;
  std::string path;
};

class Net {
 public:
  void add(std::int64_t file, const std::string& path) {
    const std::lock_guard lock(mutex_);
    files_.push_back({file, path});
    compose_message();
    if (files_.size() == 1) install();
  }

  void remove(std::int64_t file) {
    const std::lock_guard lock(mutex_);
    if (std::erase_if(files_, [&](const OpenFile& open) { return open.id == file; }) == 0) return;
    compose_message();
    if (files_.empty()) restore();
  }

 private:
  void compose_message() {
    std::string text;
    for (const OpenFile& open : files_) text += (&open == files_.data() ? "" : " or ") + open.path;
    text +=
        " is damaged: the HDF5 library fails on it. Copy it again from where it was made, or make "
        "it again\n";
    message_length = 0;
    const std::size_t length = std::min(text.size(), message.size());
    std::copy_n(text.begin(), length, message.begin());
    message_length = length;
  }

  void install() {
    // A stack of its own: the library goes down damaged groups until it has none left.
    stack_t other{};
    other.ss_sp = stack_.data();
    other.ss_size = stack_.size();
    ::sigaltstack(&other, &before_stack_);
    struct sigaction action {};
    action.sa_handler = end_with_message;
    action.sa_flags = SA_ONSTACK;
    for (std::size_t i = 0; i < fatal_signals.size(); ++i)
      ::sigaction(fatal_signals[i], &action, &before_[i]);
  }

  void restore() {
    for (std::size_t i = 0; i < fatal_signals.size(); ++i)
      ::sigaction(fatal_signals[i], &before_[i], nullptr);
    ::sigaltstack(&before_stack_, nullptr);
  }

  std::mutex mutex_;
  std::vector<OpenFile> files_;
  std::array<struct sigaction, fatal_signals.size()> before_{};
  stack_t before_stack_{};
  std::array<char, 65536> stack_{};
};

Net& net() {
  static Net instance;
  return instance;
}

}  // namespace

void spread_net(std::int64_t file, const std::string& path) {
#ifdef NMC_SANITIZED  // it reports such a signal itself
  (void)file, (void)path;
#else
  net().add(file, path);
#endif
}

void take_net_away(std::int64_t file) {
  net().remove(file);
}

}  // namespace nmc::archive::hdf5
