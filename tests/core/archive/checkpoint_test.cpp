#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <thread>

#include "core/archive/checkpoint.hpp"
#include "core/errors.hpp"
#include "tests/core/archive/scratch.hpp"

namespace nmc::archive {
namespace {

const std::vector<double> state = {0.1, 0.2, 0.3};

/// Saves generations 1 … last, each with its number.
Checkpoints saved(const Scratch& scratch, int last) {
  Checkpoints checkpoints(scratch.file("checkpoint.h5"));
  for (int draw = 1; draw <= last; ++draw) {
    checkpoints.save("draw " + std::to_string(draw), [&](File& file) {
      file.set_attribute("/", "draw", draw);
      file.write("/x", {3}, std::span<const double>(state));
    });
  }
  return checkpoints;
}

/// Changes one byte in the middle.
void damage(const std::string& path) {
  std::string bytes = read_text_file(path);
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  write_text_file(path, bytes);
}

TEST(Checkpoints, ReturnTheNewestOfTwoGenerations) {
  const Scratch scratch;
  const Checkpoints checkpoints = saved(scratch, 3);
  EXPECT_EQ(scratch.names(), (std::vector<std::string>{"checkpoint.h5", "checkpoint.previous.h5"}));
  const LoadedCheckpoint loaded = checkpoints.load();
  ASSERT_TRUE(loaded.file);
  EXPECT_EQ(loaded.file->int_attribute("/", "draw"), 3);
  EXPECT_EQ(loaded.file->read_doubles("/x"), state);
  EXPECT_EQ(loaded.progress, "draw 3");
  EXPECT_TRUE(loaded.messages.empty());
}

TEST(Checkpoints, FallBackFromADamagedOneAndSayWhatIsLost) {
  const Scratch scratch;
  const Checkpoints checkpoints = saved(scratch, 3);
  damage(scratch.file("checkpoint.h5"));
  const LoadedCheckpoint loaded = checkpoints.load();
  ASSERT_TRUE(loaded.file);
  EXPECT_EQ(loaded.file->int_attribute("/", "draw"), 2);
  ASSERT_EQ(loaded.messages.size(), 1u);
  expect_part(loaded.messages[0], "checkpoint.h5 is damaged (its checksum differs)");
  expect_part(loaded.messages[0], "checkpoint.previous.h5 at draw 2");
}

TEST(Checkpoints, NoticeEveryTruncation) {
  const Scratch scratch;
  const Checkpoints checkpoints = saved(scratch, 1);
  const std::string bytes = read_text_file(scratch.file("checkpoint.h5"));
  for (const std::size_t size : {0uL, 10uL, 512uL, 600uL, bytes.size() - 1}) {
    write_text_file(scratch.file("checkpoint.h5"), bytes.substr(0, size));
    const LoadedCheckpoint loaded = checkpoints.load();
    EXPECT_FALSE(loaded.file) << size;
    ASSERT_EQ(loaded.messages.size(), 1u);
    expect_part(loaded.messages[0], "all progress is lost");
  }
}

TEST(Checkpoints, SurviveAKillBetweenTheRenames) {
  const Scratch scratch;
  const Checkpoints checkpoints = saved(scratch, 2);
  std::filesystem::remove(scratch.file("checkpoint.h5"));
  const LoadedCheckpoint loaded = checkpoints.load();
  ASSERT_TRUE(loaded.file);
  EXPECT_EQ(loaded.progress, "draw 1");
}

TEST(Checkpoints, KeepBothGenerationsWhereTheWriterThrows) {
  const Scratch scratch;
  Checkpoints checkpoints = saved(scratch, 2);
  EXPECT_THROW(checkpoints.save("", [](File&) { throw std::runtime_error("stopped"); }),
               std::runtime_error);
  EXPECT_EQ(checkpoints.load().progress, "draw 2");
  EXPECT_EQ(scratch.names().size(), 2u);
}

TEST(Checkpoints, LetNoDamagedOneTakeTheNameOfAWholeOne) {
  const Scratch scratch;
  (void)saved(scratch, 3);
  damage(scratch.file("checkpoint.h5"));
  Checkpoints checkpoints(scratch.file("checkpoint.h5"));
  EXPECT_EQ(checkpoints.load().progress, "draw 2");
  checkpoints.save("draw 3 again", [](File&) {});
  EXPECT_EQ(checkpoints.load_previous().progress, "draw 2");
  checkpoints.save("draw 4", [](File&) {});
  EXPECT_EQ(checkpoints.load_previous().progress, "draw 3 again");
}

TEST(Checkpoints, HaveTheNameOfTheNewestAtAllTimes) {
  const Scratch scratch;
  Checkpoints checkpoints = saved(scratch, 2);
  std::atomic<bool> is_over = false;
  int missing = 0;
  std::thread reader([&] {
    while (!is_over) missing += std::filesystem::exists(scratch.file("checkpoint.h5")) ? 0 : 1;
  });
  for (int i = 0; i < 200; ++i) checkpoints.save("draw", [](File&) {});
  is_over = true;
  reader.join();
  EXPECT_EQ(missing, 0);
}

TEST(Checkpoints, AreGoneAfterRemoval) {
  const Scratch scratch;
  const Checkpoints checkpoints = saved(scratch, 2);
  EXPECT_TRUE(checkpoints.exists());
  checkpoints.remove();
  EXPECT_FALSE(checkpoints.exists());
  EXPECT_FALSE(checkpoints.load().file);
  EXPECT_TRUE(scratch.names().empty());
}

}  // namespace
}  // namespace nmc::archive
