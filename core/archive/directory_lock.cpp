#include "core/archive/directory_lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <utility>

#include "core/archive/json_members.hpp"
#include "core/archive/provenance.hpp"
#include "core/archive/utc.hpp"
#include "core/archive/write_error.hpp"
#include "core/errors.hpp"

namespace nmc::archive {
namespace {

using std::chrono::milliseconds;

// What a lock file is filled up to: it is rewritten in place, and a reader must never see a mixture
// of two.
constexpr std::size_t kLength = 1024;
// A silence beyond all differences between the clocks of machines needs no watching.
constexpr int kCertainlySilent = 10;
// A look at a lock holds it for a moment.
constexpr int kTries = 20;
constexpr milliseconds kBetweenTries{25};

std::string boot_of_this_machine() {
  std::ifstream file("/proc/sys/kernel/random/boot_id");
  std::string id;
  file >> id;
  return id.empty() ? host_name() : id;
}

std::optional<LockHolder> read_holder(const std::string& path) {
  const auto members = read_json_members(path);
  if (!members) return std::nullopt;
  return LockHolder{members->count("pid", 0), members->word("host"), members->word("started"),
                    members->word("boot")};
}

struct stat state_of(const std::string& path) {
  struct stat state {};
  // Opening asks a file server anew, where asking for the state alone may be answered from memory.
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file >= 0) {
    ::fstat(file, &state);
    ::close(file);
  }
  return state;
}

bool is_same_file(int file, const std::string& path) {
  struct stat own {};
  const struct stat there = state_of(path);
  return ::fstat(file, &own) == 0 && own.st_nlink > 0 && own.st_ino == there.st_ino &&
         own.st_dev == there.st_dev;
}

// Whether this process has it, another one has, or the file system knows no locks.
enum class Kernel { own, other, unknown };

Kernel try_lock(int file, int kind) {
  for (int i = 0;; ++i) {
    if (::flock(file, kind | LOCK_NB) == 0) return Kernel::own;
    if (errno != EWOULDBLOCK && errno != EINTR) return Kernel::unknown;
    if (i == kTries) return Kernel::other;
    std::this_thread::sleep_for(kBetweenTries);
  }
}

// kill(0, …) asks about one's own group.
bool is_alive(std::int64_t pid) {
  if (pid <= 0) return false;
  return ::kill(static_cast<pid_t>(pid), 0) == 0 || errno == EPERM;
}

[[noreturn]] void refuse_directory(const std::string& directory,
                                   const std::optional<LockHolder>& holder) {
  throw UserError(
      fmt::format("{} is in use by {}: wait for its end or stop it (nmc status {}), or "
                  "choose another output.dir",
                  directory, holder ? holder->text() : "another process", directory));
}

double age_of(const std::string& path) {
  return std::difftime(std::time(nullptr), state_of(path).st_mtime);
}

}  // namespace

std::string LockHolder::text() const {
  return fmt::format("process {} on {}, at work since {}", pid, host, started);
}

DirectoryLock::DirectoryLock(const std::string& directory) : DirectoryLock(directory, Options()) {}

DirectoryLock::DirectoryLock(const std::string& directory, Options options)
    : options_(std::move(options)),
      directory_(directory),
      path_((std::filesystem::path(directory) / kLockFile).string()),
      self_{::getpid(), host_name(), utc_now(), boot_of_this_machine()} {
  try {
    acquire();
  } catch (...) {
    if (file_ >= 0) ::close(file_);
    throw;
  }
  heart_ = std::jthread([this](const std::stop_token& stop) { keep_beating(stop); });
}

DirectoryLock::~DirectoryLock() {
  heart_.request_stop();
  wake_.notify_all();
  heart_.join();
  if (!is_lost_ && is_same_file(file_, path_)) ::unlink(path_.c_str());
  ::close(file_);
}

void DirectoryLock::acquire() {
  const bool has_kernel_lock = lock_file();
  if (const auto holder = read_holder(path_)) {
    if (is_taken_by_living(*holder, has_kernel_lock)) refuse_directory(directory_, holder);
    if (options_.say)
      options_.say(fmt::format("{} was in use by {}, which is gone without a word: taking over",
                               directory_, holder->text()));
  }
  write_holder();
}

// True with the kernel's lock on the file that has the name now, false where there are none.
bool DirectoryLock::lock_file() {
  while (true) {
    file_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0644);
    if (file_ < 0) fail_to_write(path_, errno);
    const Kernel state = try_lock(file_, LOCK_EX);
    if (state == Kernel::other) refuse_directory(directory_, read_holder(path_));
    // Its owner may have removed it meanwhile, and another process made a new one.
    if (is_same_file(file_, path_)) return state == Kernel::own;
    ::close(std::exchange(file_, -1));
  }
}

bool DirectoryLock::is_taken_by_living(const LockHolder& holder, bool has_kernel_lock) {
  const bool is_here = holder.boot == self_.boot;
  if (is_here && has_kernel_lock) return false;
  if (is_here && is_alive(holder.pid)) return true;
  const double silence = std::chrono::duration<double>(options_.silence).count();
  if (age_of(path_) > kCertainlySilent * silence) return false;
  if (options_.say)
    options_.say(fmt::format("{} was left by {}: waiting up to {:.0f} s for a sign of life",
                             directory_, holder.text(), silence));
  return beats();
}

bool DirectoryLock::beats() const {
  const auto beat_of = [this] {
    const struct stat state = state_of(path_);
    return std::pair(state.st_mtim.tv_sec, state.st_mtim.tv_nsec);
  };
  const auto first = beat_of();
  const auto end = std::chrono::steady_clock::now() + options_.silence;
  while (std::chrono::steady_clock::now() < end) {
    std::this_thread::sleep_for(options_.silence / 60);
    if (beat_of() != first) return true;
  }
  return false;
}

// A file that somebody has removed by hand is nobody's.
bool DirectoryLock::has_other_owner() const {
  const auto holder = read_holder(path_);
  return holder && (holder->pid != self_.pid || holder->boot != self_.boot);
}

void DirectoryLock::write_holder() {
  std::string text = fmt::format(R"({{"pid": {}, "host": "{}", "started": "{}", "boot": "{}"}})",
                                 self_.pid, self_.host, self_.started, self_.boot);
  text.resize(kLength - 1, ' ');
  text += '\n';
  const ssize_t written = ::pwrite(file_, text.data(), text.size(), 0);
  if (written == static_cast<ssize_t>(text.size())) return;
  const int reason = written < 0 ? errno : ENOSPC;
  ::unlink(path_.c_str());
  fail_to_write(path_, reason);
}

void DirectoryLock::keep_beating(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, stop, options_.beat, [] { return false; })) {
    if (stop.stop_requested()) return;
    is_lost_ = is_lost_ || has_other_owner();
    if (!is_lost_) ::futimens(file_, nullptr);
  }
}

void DirectoryLock::moved_to(const std::string& directory) {
  const std::scoped_lock lock(mutex_);
  directory_ = directory;
  path_ = (std::filesystem::path(directory) / kLockFile).string();
}

void DirectoryLock::require_held() {
  const std::scoped_lock lock(mutex_);
  is_lost_ = is_lost_ || has_other_owner();
  require(!is_lost_, fmt::format("{} has another owner now, which took this process for dead: "
                                 "nothing more is written there (nmc status {})",
                                 directory_, directory_));
}

std::optional<LockHolder> lock_holder(const std::string& directory) {
  const std::string path = (std::filesystem::path(directory) / kLockFile).string();
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return std::nullopt;
  const bool is_free = ::flock(file, LOCK_SH | LOCK_NB) == 0;
  const bool is_held = !is_free && errno == EWOULDBLOCK;
  ::close(file);
  const auto holder = read_holder(path);
  if (!holder || is_held) return holder;
  const bool is_here = holder->boot == boot_of_this_machine();
  if (is_here && is_free) return std::nullopt;
  if (is_here && is_alive(holder->pid)) return holder;
  const double silence = std::chrono::duration<double>(DirectoryLock::Options().silence).count();
  // The time of a file may lie ahead of a clock that was set back, and stay so for ever.
  return std::abs(age_of(path)) < silence ? holder : std::nullopt;
}

void require_free_directory(const std::string& directory) {
  std::error_code ignored;
  if (!std::filesystem::exists(std::filesystem::path(directory) / kLockFile, ignored)) return;
  const DirectoryLock lock(directory);  // asks as every start does
}

}  // namespace nmc::archive
