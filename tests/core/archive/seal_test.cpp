#include "core/archive/seal.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "core/archive/publish.hpp"
#include "core/errors.hpp"
#include "tests/core/archive/scratch.hpp"

namespace nmc::archive {
namespace {

std::vector<double> counted(std::size_t count) {
  std::vector<double> values(count);
  for (std::size_t i = 0; i < count; ++i) values[i] = static_cast<double>(i);
  return values;
}

// 2 MB and, with `is_large`, a dataset of 20 MB beside it.
void write_file(const std::string& path, bool is_large) {
  publish_file(path, [&](File& file) {
    file.write("/small", {250'000}, counted(250'000));
    file.set_attribute("/small", "text", "a text of variable length");
    if (is_large) file.write("/large", {2'500'000}, counted(2'500'000));
  });
}

void flip(const std::string& path, std::uintmax_t at) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(static_cast<std::streamoff>(at));
  const char byte = static_cast<char>(file.get() ^ 0x10);
  file.seekp(static_cast<std::streamoff>(at));
  file.put(byte);
}

TEST(Seal, FindsEveryFlippedByteOfASmallFile) {
  const Scratch scratch;
  const std::string path = scratch.file("a.h5");
  write_file(path, false);
  ASSERT_TRUE(is_sealed_and_whole(path));
  const std::uintmax_t size = std::filesystem::file_size(path);
  for (std::uintmax_t at = 0; at < size; at += 9973) {
    flip(path, at);
    EXPECT_THROW((void)File::open(path), UserError) << at;
    flip(path, at);
  }
  EXPECT_EQ(File::open(path).read_doubles("/small"), counted(250'000));
}

TEST(Seal, FindsWhatIsFlippedInALargeDatasetWhenItIsRead) {
  const Scratch scratch;
  const std::string path = scratch.file("a.h5");
  write_file(path, true);
  flip(path, 15'000'000);
  const File file = File::open(path);
  EXPECT_EQ(file.read_doubles("/small"), counted(250'000));
  EXPECT_THROW((void)file.read_doubles("/large"), UserError);
  EXPECT_THROW((void)file.read_part("/large", {{0}, {1}}), UserError);
  EXPECT_THROW(require_whole_file(path), UserError);
}

// Of a flip in the seal itself either is true: the seal is refused, or there is none.
TEST(Seal, IsItselfLookedAt) {
  const Scratch scratch;
  const std::string path = scratch.file("a.h5");
  write_file(path, false);
  const std::uintmax_t size = std::filesystem::file_size(path);
  for (std::uintmax_t at = size - 80; at < size; ++at) {
    flip(path, at);
    try {
      EXPECT_EQ(File::open(path).read_doubles("/small"), counted(250'000)) << at;
    } catch (const UserError&) {
    }
    flip(path, at);
  }
}

TEST(Seal, IsNotNeeded) {
  const Scratch scratch;
  const std::string path = scratch.file("plain.h5");
  File plain = File::create(path);
  plain.write("/small", {10}, counted(10));
  plain.close();
  EXPECT_FALSE(is_sealed_and_whole(path));
  EXPECT_EQ(File::open(path).read_doubles("/small"), counted(10));
}

}  // namespace
}  // namespace nmc::archive
