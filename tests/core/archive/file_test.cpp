#include <gtest/gtest.h>

#include <chrono>
#include <limits>

#include "core/archive/file.hpp"
#include "core/errors.hpp"
#include "tests/core/archive/scratch.hpp"

namespace nmc::archive {
namespace {

TEST(ArchiveFile, ReturnsWhatWasWritten) {
  const Scratch scratch;
  const std::vector<double> reals = {1.5, -0.1, std::numeric_limits<double>::infinity(), 4, 5, 6};
  const std::vector<float> floats = {0.25f, 3};
  const std::vector<std::int64_t> ints = {std::numeric_limits<std::int64_t>::min(), 7};
  const std::vector<std::int8_t> bytes = {-1, 0, 1};
  const std::vector<std::string> texts = {"", "β = 0.44", "two words"};
  {
    File file = File::create(scratch.file("x.h5"));
    file.write("/a/b/reals", {2, 3}, std::span(reals));
    file.write("/floats", {2}, std::span(floats));
    file.write("/ints", {2}, std::span(ints));
    file.write("/bytes", {3, 1}, std::span(bytes));
    file.write("/texts", {3}, texts);
    file.write("/scalar", {}, std::span(reals).first(1));
    file.write("/empty", {0, 4}, std::span<const double>());
    file.close();
  }
  const File file = File::open(scratch.file("x.h5"));
  EXPECT_EQ(file.read_doubles("/a/b/reals"), reals);
  EXPECT_EQ(file.shape("/a/b/reals"), (Shape{2, 3}));
  EXPECT_EQ(file.read_doubles("/floats"), (std::vector<double>{0.25, 3}));
  EXPECT_EQ(file.read_ints("/ints"), ints);
  EXPECT_EQ(file.read_doubles("/bytes"), (std::vector<double>{-1, 0, 1}));
  EXPECT_EQ(file.read_strings("/texts"), texts);
  EXPECT_EQ(file.read_doubles("/scalar"), (std::vector<double>{1.5}));
  EXPECT_TRUE(file.shape("/scalar").empty());
  EXPECT_TRUE(file.read_doubles("/empty").empty());
  EXPECT_EQ(file.kind("/floats"), Kind::real);
  EXPECT_EQ(file.kind("/bytes"), Kind::integer);
  EXPECT_EQ(file.kind("/texts"), Kind::text);
}

TEST(ArchiveFile, ReturnsAttributesAndReplacesThem) {
  const Scratch scratch;
  File file = File::create(scratch.file("x.h5"));
  file.create_group("/model/layers");
  file.set_attribute("/", "format", "neuralmc-model");
  file.set_attribute("/model", "sites", 64);
  file.set_attribute("/model", "beta", 0.1);
  file.set_attribute("/model", "beta", 0.44068679350977151);
  file.set_attribute("/model", "note", std::string(100000, 'x'));  // longer than HDF5's 64 KiB
  EXPECT_EQ(file.string_attribute("/", "format"), "neuralmc-model");
  EXPECT_EQ(file.int_attribute("/model", "sites"), 64);
  EXPECT_EQ(file.double_attribute("/model", "sites"), 64);
  EXPECT_EQ(file.double_attribute("/model", "beta"), 0.44068679350977151);
  EXPECT_EQ(file.string_attribute("/model", "note").size(), 100000u);
  EXPECT_EQ(file.attribute_kind("/model", "beta"), Kind::real);
  EXPECT_EQ(file.attributes("/model"), (std::vector<std::string>{"beta", "note", "sites"}));
  EXPECT_FALSE(file.has_attribute("/model", "alpha"));
}

TEST(ArchiveFile, KnowsGroupsFromDatasets) {
  const Scratch scratch;
  File file = File::create(scratch.file("x.h5"));
  file.write("/g/b", {1}, std::span<const double>(std::vector<double>{1}));
  file.create_group("/g/a");
  file.create_group("/g/a");
  EXPECT_EQ(file.children("/g"), (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(file.is_group("/"));
  EXPECT_TRUE(file.is_group("/g/a"));
  EXPECT_TRUE(file.is_dataset("/g/b"));
  EXPECT_FALSE(file.is_group("/g/b"));
  EXPECT_FALSE(file.has("/h/b"));
  EXPECT_FALSE(file.has("/g/b/c"));
}

TEST(ArchiveFile, ReadsAndWritesParts) {
  const Scratch scratch;
  File file = File::create(scratch.file("x.h5"));
  file.create_dataset("/x", Element::float32, {3, 4});
  file.write_part("/x", {{1, 1}, {2, 2}}, std::vector<double>{1, 2, 3, 4});
  EXPECT_EQ(file.read_doubles("/x"), (std::vector<double>{0, 0, 0, 0, 0, 1, 2, 0, 0, 3, 4, 0}));
  EXPECT_EQ(file.read_part("/x", {{1, 0}, {2, 2}}), (std::vector<double>{0, 1, 0, 3}));
  EXPECT_THROW((void)file.read_part("/x", {{2, 0}, {2, 2}}), UserError);
  EXPECT_THROW((void)file.read_part("/x", {{0}, {2}}), UserError);
}

TEST(ArchiveFile, TransposesBatches) {
  const Scratch scratch;
  File file = File::create(scratch.file("x.h5"));
  const Batch x{{1, 2, 3}, {4, 5, 6}};
  file.write_batch("/x", x);
  EXPECT_EQ(file.shape("/x"), (Shape{2, 3}));
  EXPECT_EQ(file.read_doubles("/x"), (std::vector<double>{1, 2, 3, 4, 5, 6}));
  EXPECT_TRUE((file.read_batch("/x") == x).all());
  file.write("/y", {2, 1, 3}, std::span<const double>(std::vector<double>{1, 2, 3, 4, 5, 6}));
  EXPECT_TRUE((file.read_batch("/y") == x).all());
}

TEST(ArchiveFile, SaysWhatIsWrongWithAFileItCannotOpen) {
  const Scratch scratch;
  const auto open = [](const std::string& path) {
    return message_of<UserError>([&] { (void)File::open(path); });
  };
  expect_part(open(scratch.file("none.h5")), "none.h5 does not exist");
  expect_part(open(scratch.file("")), "is a directory");
  write_text_file(scratch.file("text.h5"), "beta = 0.44\n");
  expect_part(open(scratch.file("text.h5")), "text.h5 is not an HDF5 file");
  write_text_file(scratch.file("empty.h5"), "");
  expect_part(open(scratch.file("empty.h5")), "empty.h5 is not an HDF5 file");

  {
    File file = File::create(scratch.file("whole.h5"));
    file.write("/x", {1000}, std::span<const double>(std::vector<double>(1000)));
    file.close();
  }
  const std::string bytes = read_text_file(scratch.file("whole.h5"));
  write_text_file(scratch.file("cut.h5"), bytes.substr(0, bytes.size() / 2));
  expect_part(open(scratch.file("cut.h5")), "cut.h5 is truncated or damaged");
}

TEST(ArchiveFile, SaysWhatIsThereInsteadOfWhatWasAskedFor) {
  const Scratch scratch;
  File file = File::create(scratch.file("x.h5"));
  file.write("/g/energy", {1}, std::span<const double>(std::vector<double>{0.5}));
  file.write("/g/name", {1}, std::vector<std::string>{"x"});
  file.set_attribute("/g", "L", 0.5);
  const auto message = [&](const auto& read) { return message_of<UserError>(read); };
  expect_part(message([&] { (void)file.read_doubles("/g/enrgy"); }),
              "has no /g/enrgy; in /g there is energy, name");
  expect_part(message([&] { (void)file.read_doubles("/h/energy"); }), "nor a group /h");
  expect_part(message([&] { (void)file.read_doubles("/g/name"); }), "does not hold numbers");
  expect_part(message([&] { (void)file.read_ints("/g/energy"); }), "does not hold integers");
  expect_part(message([&] { (void)file.int_attribute("/g", "L"); }), "must be an integer");
  expect_part(message([&] { (void)file.string_attribute("/g", "L"); }), "must be text");
  expect_part(message([&] { (void)file.int_attribute("/g", "M"); }), "has no attribute M at /g");
  expect_part(message([&] { file.write("/g/energy", {0}, std::span<const double>()); }),
              "already holds /g/energy");
  expect_part(message([&] { file.write("/z", {2}, std::span<const double>()); }), "do not fill");
}

// HDF5 1.10 goes from one piece of text to the next by its length, and a length that leads back to
// the same place it follows for ever.
TEST(ArchiveFile, EndsWhereTheLibraryWouldGoRoundInCircles) {
  const Scratch scratch;
  const std::string path = scratch.file("x.h5");
  {
    File file = File::create(path);
    file.set_attribute("/", "note", "some words");
    file.close();
  }
  std::string bytes = read_text_file(path);
  const std::size_t heap = bytes.find("GCOL");
  ASSERT_NE(heap, std::string::npos);
  constexpr std::size_t length_of_first = 24;  // after the heap's header and the object's own
  const std::string minus_header = std::string("\xf0") + std::string(7, '\xff');
  bytes.replace(heap + length_of_first, minus_header.size(), minus_header);
  write_text_file(path, bytes);
  const auto begin = std::chrono::steady_clock::now();
  try {
    (void)File::open(path).string_attribute("/", "note");
  } catch (const UserError& error) {  // a later HDF5 may find the length out by itself
    expect_part(error.what(), "damaged");
  }
  // A quarter of a second of CPU time, on a busy machine.
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(30));
}

// Where the list of attributes cannot be made, HDF5 1.10 frees what it never had.
TEST(ArchiveFile, RefusesAttributesThatCannotBeListed) {
  const Scratch scratch;
  const std::string path = scratch.file("x.h5");
  {
    File file = File::create(path);
    file.set_attribute("/", "beta", 0.5);
    file.set_attribute("/", "gamma", 0.5);
    file.close();
  }
  std::string bytes = read_text_file(path);
  const std::size_t space = bytes.find(std::string("\1") + std::string(7, '\0'),  // scalar
                                       bytes.find("beta"));
  ASSERT_NE(space, std::string::npos);
  bytes[space] = 9;  // its version
  write_text_file(path, bytes);
  expect_part(message_of<UserError>([&] { (void)File::open(path); }), "is damaged");
}

TEST(ArchiveFile, RefusesExtentsBeyondWhatIsStored) {
  const Scratch scratch;
  const std::string path = scratch.file("x.h5");
  {
    File file = File::create(path);
    file.write("/x", {3}, std::span<const double>(std::vector<double>{1, 2, 3}));
    file.write("/words", {2}, std::vector<std::string>{"a", "b"});
    file.close();
  }
  std::string bytes = read_text_file(path);
  // The extent of a dataspace message of version 1, and the greatest: 3 and 3.
  const std::string three = std::string("\3") + std::string(7, '\0');
  const std::size_t place = bytes.find(three + three);
  ASSERT_NE(place, std::string::npos);
  bytes.replace(
      place, 16,
      std::string(4, '\0') + "\1" + std::string(7, '\0') + "\1" + std::string(3, '\0'));  // 2^32
  write_text_file(path, bytes);
  const File file = File::open(path);
  ASSERT_EQ(file.shape("/x"), (Shape{Index{1} << 32}));
  expect_part(message_of<UserError>([&] { (void)file.read_doubles("/x"); }),
              "announces 4294.967296 million entries");
}

}  // namespace
}  // namespace nmc::archive
