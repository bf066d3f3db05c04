#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>

#include "core/archive/file.hpp"
#include "tests/core/archive/scratch.hpp"

namespace nmc::archive {
namespace {

// What HDF5 reads past its buffers by chance, raised here for certain.
TEST(PlainFileDeathTest, EndsWithItsNameWhereTheLibraryIsEndedByASignal) {
#ifdef NMC_SANITIZED
  GTEST_SKIP() << "the address sanitizer reports such signals itself";
#endif
  const Scratch scratch;
  const std::string path = scratch.file("plain.h5");
  File::create(path).close();
  for (const int number : {SIGSEGV, SIGBUS, SIGFPE, SIGABRT}) {
    EXPECT_EXIT(
        {
          const File file = File::open(path);
          std::raise(number);
        },
        ::testing::ExitedWithCode(2), "plain.h5 is damaged: the HDF5 library fails on it");
    EXPECT_EXIT(
        {
          { const File file = File::open(path); }
          std::raise(number);
        },
        ::testing::KilledBySignal(number), "");
  }
}

TEST(PlainFileDeathTest, NamesTheFilesThatAreOpen) {
#ifdef NMC_SANITIZED
  GTEST_SKIP() << "the address sanitizer reports such signals itself";
#endif
  const Scratch scratch;
  File::create(scratch.file("one.h5")).close();
  File::create(scratch.file("two.h5")).close();
  File::create(scratch.file("three.h5")).close();
  EXPECT_EXIT(
      {
        const File one = File::open(scratch.file("one.h5"));
        const File two = File::open(scratch.file("two.h5"));
        File three = File::open(scratch.file("three.h5"));
        three.close();
        std::raise(SIGSEGV);
      },
      ::testing::ExitedWithCode(2), "one.h5 or [^ ]*two.h5 is damaged");
}

}  // namespace
}  // namespace nmc::archive
