#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <chrono>
#include <fstream>
#include <string>
#include <thread>

#include "core/archive/directory_lock.hpp"
#include "core/errors.hpp"
#include "tests/core/archive/scratch.hpp"

namespace nmc::archive {
namespace {

using std::chrono::milliseconds;

const std::string kElsewhere =
    R"({"pid": 1, "host": "node7", "started": "2026-01-01T00:00:00Z", "boot": "another machine"})";

std::string make_directory(const Scratch& scratch) {
  const std::string path = scratch.file("run");
  ::mkdir(path.c_str(), 0777);
  return path;
}

void touch(const std::string& path) {
  ::utimensat(AT_FDCWD, path.c_str(), nullptr, 0);
}

DirectoryLock::Options short_times(std::string& said) {
  return {milliseconds(20), milliseconds(600),
          [&said](const std::string& line) { said += line + "\n"; }};
}

TEST(DirectoryLock, IsOfOneAtATimeAndLeavesNothing) {
  const Scratch scratch;
  const std::string directory = make_directory(scratch);
  {
    const DirectoryLock lock(directory);
    EXPECT_THROW(const DirectoryLock second(directory), UserError);
    const auto holder = lock_holder(directory);
    ASSERT_TRUE(holder);
    EXPECT_EQ(holder->pid, ::getpid());
  }
  EXPECT_FALSE(lock_holder(directory));
  EXPECT_FALSE(std::ifstream(directory + "/" + kLockFile).good());
  const DirectoryLock again(directory);
}

TEST(DirectoryLock, OfAnotherMachineIsTakenOverAfterItsSilence) {
  const Scratch scratch;
  const std::string directory = make_directory(scratch);
  std::ofstream(directory + "/" + kLockFile) << kElsewhere;
  std::string said;
  const auto began = std::chrono::steady_clock::now();
  const DirectoryLock lock(directory, short_times(said));
  EXPECT_GE(std::chrono::steady_clock::now() - began, milliseconds(500));
  EXPECT_NE(said.find("waiting up to"), std::string::npos) << said;
  EXPECT_NE(said.find("process 1 on node7, at work since 2026-01-01T00:00:00Z, which is gone"),
            std::string::npos)
      << said;
}

TEST(DirectoryLock, OfAnotherMachineThatBeatsIsRefused) {
  const Scratch scratch;
  const std::string directory = make_directory(scratch);
  const std::string file = directory + "/" + kLockFile;
  std::ofstream(file) << kElsewhere;
  std::atomic<bool> is_over = false;
  std::thread other([&] {
    while (!is_over) {
      touch(file);
      std::this_thread::sleep_for(milliseconds(20));
    }
  });
  std::string said;
  EXPECT_THROW(const DirectoryLock lock(directory, short_times(said)), UserError);
  EXPECT_TRUE(lock_holder(directory));
  is_over = true;
  other.join();
}

TEST(DirectoryLock, ThatAnotherMachineTookMayWriteNoMore) {
  const Scratch scratch;
  const std::string directory = make_directory(scratch);
  std::string said;
  DirectoryLock lock(directory, short_times(said));
  lock.require_held();
  std::ofstream(directory + "/" + kLockFile) << kElsewhere;
  EXPECT_THROW(lock.require_held(), UserError);
}

TEST(DirectoryLock, BeatsAndMovesWithItsDirectory) {
  const Scratch scratch;
  const std::string directory = make_directory(scratch), aside = scratch.file("aside");
  std::string said;
  DirectoryLock lock(directory, short_times(said));
  const auto beat = [&] {
    struct stat state {};
    ::stat((aside + "/" + kLockFile).c_str(), &state);
    return std::pair(state.st_mtim.tv_sec, state.st_mtim.tv_nsec);
  };
  ::rename(directory.c_str(), aside.c_str());
  lock.moved_to(aside);
  const auto first = beat();
  std::this_thread::sleep_for(milliseconds(200));
  EXPECT_NE(beat(), first);
  lock.require_held();
}

}  // namespace
}  // namespace nmc::archive
