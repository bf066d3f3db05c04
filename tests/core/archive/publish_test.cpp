#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <stdexcept>

#include "core/archive/publish.hpp"
#include "core/errors.hpp"
#include "tests/core/archive/scratch.hpp"

namespace nmc::archive {
namespace {

using Names = std::vector<std::string>;

TEST(Publish, ReplacesTheOldFileAndLeavesNothingElse) {
  const Scratch scratch;
  publish_text(scratch.file("status.json"), "{\"draws\": 1}");
  publish_text(scratch.file("status.json"), "{}");
  EXPECT_EQ(read_text_file(scratch.file("status.json")), "{}");
  EXPECT_EQ(scratch.names(), Names{"status.json"});
}

TEST(Publish, ReplacesALinkAndNotWhatItLeadsTo) {
  const Scratch scratch;
  publish_text(scratch.file("mine"), "precious");
  std::filesystem::create_symlink(scratch.file("mine"), scratch.file("a"));
  publish_text(scratch.file("a"), "new");
  EXPECT_EQ(read_text_file(scratch.file("mine")), "precious");
  EXPECT_EQ(read_text_file(scratch.file("a")), "new");
}

TEST(Publish, GivesTemporariesNamesThatNobodyForesees) {
  const Scratch scratch;
  std::set<std::string> names;
  for (int i = 0; i < 3; ++i)
    publish(scratch.file("a"), [&](const std::string& name) {
      EXPECT_TRUE(is_temporary(std::filesystem::path(name).filename().string())) << name;
      names.insert(name);
    });
  EXPECT_EQ(names.size(), 3u);
}

TEST(Publish, RemovesWhatKilledWritersLeftAndNothingElse) {
  const Scratch scratch;
  const Names mine = {"a.tmp", "b.123.tmp", "c.0123456789abcdeg.tmp", "d.h5", ".probe.x"};
  const Names left = {"e.h5.0123456789abcdef.tmp", ".probe.00000000ffffffff"};
  for (const Names& names : {mine, left})
    for (const std::string& name : names) write_text_file(scratch.file(name), "half");
  remove_temporaries(scratch.file(""));
  remove_temporaries(scratch.file("nowhere"));
  Names kept = mine;
  std::ranges::sort(kept);
  EXPECT_EQ(scratch.names(), kept);
}

TEST(Publish, KeepsTheOldFileWhereTheWriterThrows) {
  const Scratch scratch;
  publish_text(scratch.file("a"), "old");
  const auto broken_text = [](const std::string& name) {
    write_text_file(name, "half of the new");
    throw std::runtime_error("stopped");
  };
  EXPECT_THROW(publish(scratch.file("a"), broken_text), std::runtime_error);
  const auto broken_file = [](File& file) {
    file.set_attribute("/", "half", 1);
    throw std::runtime_error("stopped");
  };
  EXPECT_THROW(publish_file(scratch.file("a"), broken_file), std::runtime_error);
  EXPECT_EQ(read_text_file(scratch.file("a")), "old");
  EXPECT_EQ(scratch.names(), Names{"a"});
}

TEST(Publish, IsNotSeenBeforeItIsComplete) {
  const Scratch scratch;
  const std::string path = scratch.file("result.h5");
  publish_file(path, [&](File& file) {
    file.set_attribute("/", "x", 1);
    EXPECT_FALSE(std::filesystem::exists(path));
  });
  EXPECT_EQ(File::open(path).int_attribute("/", "x"), 1);
}

TEST(Publish, SaysWhyAPlaceCannotBeWritten) {
  const Scratch scratch;
  write_text_file(scratch.file("plain"), "");
  for (const std::string& path : {scratch.file("none/x.h5"), scratch.file("plain/x.h5")}) {
    const std::string text = message_of<UserError>([&] { publish_text(path, "x"); });
    expect_part(text, "there is no directory");
    expect_part(message_of<UserError>([&] { publish_file(path, [](File&) {}); }), "no directory");
  }
}

TEST(WritableDirectory, IsMadeOrRefusedWithoutATrace) {
  const Scratch scratch;
  require_writable_directory(scratch.file("a/b"));
  EXPECT_TRUE(std::filesystem::is_empty(scratch.file("a/b")));
  write_text_file(scratch.file("plain"), "");
  expect_part(message_of<UserError>([&] { require_writable_directory(scratch.file("plain/c")); }),
              "cannot make the directory");
  expect_part(message_of<UserError>([&] { require_writable_directory(scratch.file("plain")); }),
              "plain");
  expect_part(message_of<UserError>([] { require_writable_directory("/proc/nmc/runs"); }),
              "cannot make the directory");
  EXPECT_EQ(scratch.names(), (Names{"a", "plain"}));
  EXPECT_GT(free_bytes(scratch.file("a")), 0);
}

/// Lets this process write no file longer than `bytes`: what a full disk does, without a disk.
void limit_file_size(rlim_t bytes) {
  std::signal(SIGXFSZ, SIG_IGN);
  const rlimit limit{bytes, bytes};
  setrlimit(RLIMIT_FSIZE, &limit);
}

/// 0 where writing is Interrupted, the old file is whole and nothing else is left.
[[noreturn]] void exit_after_full_disk(const Scratch& scratch,
                                       const std::function<void(const std::string&)>& write) {
  limit_file_size(5000);
  int status = 1;
  try {
    write(scratch.file("a"));
  } catch (const Interrupted& error) {
    const bool is_said = std::string(error.what()).find("no space left") != std::string::npos;
    status = is_said && read_text_file(scratch.file("a")) == "old" ? 0 : 2;
  } catch (...) {
    status = 3;
  }
  std::_Exit(scratch.names() == Names{"a"} ? status : 4);
}

class FullDiskDeathTest : public ::testing::Test {
 protected:
  FullDiskDeathTest() { publish_text(scratch_.file("a"), "old"); }
  Scratch scratch_;
};

TEST_F(FullDiskDeathTest, InterruptsTextAndKeepsTheOldFile) {
  const auto write = [](const std::string& path) { publish_text(path, std::string(9000, 'x')); };
  EXPECT_EXIT(exit_after_full_disk(scratch_, write), ::testing::ExitedWithCode(0), "");
}

TEST_F(FullDiskDeathTest, InterruptsHdf5AndKeepsTheOldFile) {
  // one large dataset fails at once, many small ones only when HDF5 empties its caches
  const auto large = [](const std::string& path) {
    publish_file(path, [](File& file) {
      file.write("/x", {2000}, std::span<const double>(std::vector<double>(2000)));
    });
  };
  const auto small = [](const std::string& path) {
    publish_file(path, [](File& file) {
      for (int i = 0; i < 500; ++i) file.set_attribute("/", std::to_string(i), i);
    });
  };
  EXPECT_EXIT(exit_after_full_disk(scratch_, large), ::testing::ExitedWithCode(0), "");
  EXPECT_EXIT(exit_after_full_disk(scratch_, small), ::testing::ExitedWithCode(0), "");
}

TEST_F(FullDiskDeathTest, InterruptsAStartAndLeavesNoDirectory) {
  const auto probe = [&] {
    limit_file_size(1000);
    std::string text;
    try {
      require_writable_directory(scratch_.file("runs/dual8"));
    } catch (const Interrupted& error) {
      text = error.what();
    }
    const bool is_said = text.find("no space left") != std::string::npos;
    std::_Exit(is_said && scratch_.names() == Names{"a"} ? 0 : 1);
  };
  EXPECT_EXIT(probe(), ::testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace nmc::archive
