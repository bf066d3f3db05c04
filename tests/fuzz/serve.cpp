#include "tests/fuzz/serve.hpp"

#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "core/archive/file.hpp"

namespace nmc::fuzz {
namespace {

constexpr rlim_t cpu_seconds = 20;
[[maybe_unused]] constexpr rlim_t memory = rlim_t{8} << 30;

std::vector<std::string> split(const std::string& line) {
  std::vector<std::string> words;
  std::istringstream text(line);
  for (std::string word; std::getline(text, word, '\t');) words.push_back(word);
  return words;
}

void limit(decltype(RLIMIT_CPU) what, rlim_t value) {
  const rlimit both{value, value + 1};
  ::setrlimit(what, &both);
}

[[noreturn]] void run(const Command& command, std::vector<std::string> words) {
  limit(RLIMIT_CPU, cpu_seconds);
#if !defined(NMC_SANITIZED)  // which maps terabytes that it does not touch
  limit(RLIMIT_AS, memory);
#endif
  limit(RLIMIT_CORE, 0);
  const bool is_open = std::freopen(".stdout", "w", stdout) != nullptr &&
                       std::freopen(".stderr", "w", stderr) != nullptr &&
                       std::freopen("/dev/null", "r", stdin) != nullptr;
  const int code = is_open ? command(std::move(words)) : 99;
  std::fflush(nullptr);
  ::_exit(code);
}

std::string answer(int status) {
  if (WIFEXITED(status)) return "exit " + std::to_string(WEXITSTATUS(status));
  if (WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGKILL) return "time";
  return "signal " + std::to_string(WTERMSIG(status));
}

double milliseconds(const timeval& time) {
  return 1e3 * static_cast<double>(time.tv_sec) + 1e-3 * static_cast<double>(time.tv_usec);
}

}  // namespace

int serve(const Command& command) {
  (void)archive::File::is_hdf5("/dev/null");  // HDF5 begins here, once for all children
  for (std::string line; std::getline(std::cin, line);) {
    const pid_t child = ::fork();
    if (child == 0) run(command, split(line));
    int status = 0;
    rusage used{};
    if (child < 0 || ::wait4(child, &status, 0, &used) != child) return 1;
    std::cout << answer(status) << " " << milliseconds(used.ru_utime) + milliseconds(used.ru_stime)
              << std::endl;
  }
  return 0;
}

}  // namespace nmc::fuzz
