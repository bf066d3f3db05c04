#include "drivers/session/slurm_job.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <limits>
#include <sstream>
#include <string_view>
#include <utility>

namespace nmc::drivers {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kAnswerTime{5};  // with a controller that does not answer

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// The last task of an array has the number of the whole array, which squeue answers with all.
std::string job_name() {
  const std::string array = environment("SLURM_ARRAY_JOB_ID");
  const std::string task = environment("SLURM_ARRAY_TASK_ID");
  return array.empty() || task.empty() ? environment("SLURM_JOB_ID") : array + "_" + task;
}

// -1 where the program cannot be started.
pid_t start_squeue(std::string job, int output) {
  std::array<std::string, 6> words{"squeue",       "--noheader", "--jobs",
                                   std::move(job), "--format",   "%L"};
  std::array<char*, words.size() + 1> arguments{};
  std::ranges::transform(words, arguments.begin(), [](std::string& word) { return word.data(); });
  posix_spawn_file_actions_t files{};
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&files, output, STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t child = -1;
  const int error =
      ::posix_spawnp(&child, words[0].c_str(), &files, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&files);
  return error == 0 ? child : -1;
}

// Nothing where the other end is still open when patience ends.
std::optional<std::string> read_to_end(int input) {
  const auto end = Clock::now() + kAnswerTime;
  std::string text;
  std::array<char, 256> piece{};
  while (true) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now());
    pollfd look{input, POLLIN, 0};
    const int ready = ::poll(&look, 1, static_cast<int>(std::max<std::int64_t>(0, left.count())));
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return std::nullopt;
    const ssize_t got = ::read(input, piece.data(), piece.size());
    if (got < 0) return std::nullopt;
    if (got == 0) return text;
    text.append(piece.data(), static_cast<std::size_t>(got));
  }
}

bool has_ended_well(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0)
    if (errno != EINTR) return false;
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

std::optional<std::string> ask_squeue(const std::string& job) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return std::nullopt;
  const pid_t child = start_squeue(job, ends[1]);
  ::close(ends[1]);
  auto answer = child > 0 ? read_to_end(ends[0]) : std::nullopt;
  ::close(ends[0]);
  if (child > 0 && !answer) ::kill(child, SIGKILL);
  return child > 0 && has_ended_well(child) ? answer : std::nullopt;
}

// The number before the next of `marks`, taken off the text.
std::optional<double> take_number(std::string_view& text) {
  unsigned number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

}  // namespace

std::optional<double> slurm_seconds(const std::string& text) {
  if (text == "UNLIMITED") return std::numeric_limits<double>::infinity();
  std::string_view rest(text);
  double days = 0, clock = 0;
  auto number = take_number(rest);
  if (number && rest.starts_with('-')) {
    days = *number;
    rest.remove_prefix(1);
    number = take_number(rest);
  }
  int parts = 0;
  for (; number; ++parts) {
    constexpr double kBase = 60;
    clock = kBase * clock + *number;
    if (rest.empty()) break;
    if (!rest.starts_with(':')) return std::nullopt;
    rest.remove_prefix(1);
    number = take_number(rest);
  }
  constexpr double kDay = 86400;
  const bool is_time = number && parts >= 1 && parts <= 2;
  return is_time ? std::optional(kDay * days + clock) : std::nullopt;
}

std::optional<double> slurm_seconds_left() {
  const std::string job = job_name();
  if (job.empty()) return std::nullopt;
  const auto answer = ask_squeue(job);
  if (!answer) return std::nullopt;
  // A line for each part of a job that has several.
  std::istringstream lines(*answer);
  std::optional<double> left;
  for (std::string line; std::getline(lines, line);) {
    line.erase(std::remove(line.begin(), line.end(), ' '), line.end());
    if (const auto seconds = slurm_seconds(line))
      left = std::min(left.value_or(*seconds), *seconds);
  }
  return left;
}

}  // namespace nmc::drivers
