#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

/// One process at a time works in a directory. Its file `run.lock` says who, and is locked by
/// flock(2), so that the kernel knows when its owner is gone, killed ones too. A file system that
/// keeps such locks on one machine, or not at all, leaves the beat: the owner touches the file all
/// the time, and one that is silent for long is taken for dead.
namespace nmc::archive {

/// Who works in a directory, as its lock says.
struct LockHolder {
  std::int64_t pid = 0;
  std::string host;
  std::string started;  ///< UTC
  std::string boot;     ///< which start of which machine
  /// "process 1234 on node7, at work since 2026-11-28T06:31:07Z".
  [[nodiscard]] std::string text() const;
};

class DirectoryLock {
 public:
  struct Options {
    std::chrono::milliseconds beat{15'000};  ///< between two touches
    /// After which an owner on another machine is taken for dead: four beats that did not come.
    std::chrono::milliseconds silence{60'000};
    /// Told before it is waited for a beat, and who was there before and is gone.
    std::function<void(const std::string&)> say{};
  };

  /// Takes an existing directory. UserError, with its owner, where another process works there.
  explicit DirectoryLock(const std::string& directory);
  DirectoryLock(const std::string& directory, Options options);
  ~DirectoryLock();
  DirectoryLock(const DirectoryLock&) = delete;
  DirectoryLock& operator=(const DirectoryLock&) = delete;

  /// The directory was renamed.
  void moved_to(const std::string& directory);
  /// UserError where another process has taken the directory, which took this one for dead (it was
  /// suspended, or its file system away): it must write nothing more.
  void require_held();

 private:
  void acquire();
  [[nodiscard]] bool lock_file();
  [[nodiscard]] bool is_taken_by_living(const LockHolder& holder, bool has_kernel_lock);
  [[nodiscard]] bool beats() const;
  [[nodiscard]] bool has_other_owner() const;
  void write_holder();
  void keep_beating(const std::stop_token& stop);

  Options options_;
  std::string directory_, path_;
  int file_ = -1;
  LockHolder self_;
  std::mutex mutex_;  ///< of path_ and is_lost_
  std::condition_variable_any wake_;
  bool is_lost_ = false;
  std::jthread heart_;
};

/// Who works in a directory now; nothing where nobody does, or its last owner is dead.
[[nodiscard]] std::optional<LockHolder> lock_holder(const std::string& directory);
/// UserError, with the process, where one works there; takes nothing.
void require_free_directory(const std::string& directory);

/// The file of the lock, which is no part of a run.
inline constexpr const char* kLockFile = "run.lock";

}  // namespace nmc::archive
