#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "core/errors.hpp"
#include "core/parallel/ordered_sum.hpp"
#include "core/random/streams.hpp"

namespace nmc {
namespace {

TEST(Share, CutsIntoConsecutivePartsOfNearlyEqualSize) {
  for (const Index items : {0, 1, 7, 64, 65}) {
    for (const Index parts : {1, 2, 3, 8}) {
      Index next = 0;
      for (Index part = 0; part < parts; ++part) {
        const Range range = share(items, parts, part);
        EXPECT_EQ(range.first, next);
        EXPECT_GE(range.count, items / parts);
        EXPECT_LE(range.count, items / parts + 1);
        next = range.end();
      }
      EXPECT_EQ(next, items);
    }
  }
}

TEST(Threads, RunEveryTaskOnce) {
  for (const int count : {1, 2, 4}) {
    std::vector<int> runs(37, 0);
    Threads(count).for_each(37, [&](Index i) { ++runs[static_cast<std::size_t>(i)]; });
    EXPECT_EQ(runs, std::vector<int>(37, 1));
  }
}

TEST(Threads, CarryOutTheExceptionOfTheLowestTaskAfterAllHaveRun) {
  std::vector<int> runs(20, 0);
  const auto task = [&](Index i) {
    runs[static_cast<std::size_t>(i)] = 1;
    if (i == 5 || i == 11) throw NumericalError("task " + std::to_string(i));
  };
  try {
    Threads(2).for_each(20, task);
    FAIL() << "nothing was thrown";
  } catch (const NumericalError& error) {
    EXPECT_STREQ(error.what(), "task 5");
  }
  EXPECT_EQ(runs, std::vector<int>(20, 1));
}

TEST(Threads, RefuseANumberBelowOne) {
  EXPECT_THROW(Threads(0), UserError);
}

std::vector<double> total_of(Index chunks, std::size_t width, int threads) {
  Batch values(static_cast<Index>(width), chunks);
  fill_normal(Streams{3, 0, 0, Purpose::test}, values);
  std::vector<double> total(width);
  const Ranks alone;
  const Threads team(threads);
  ordered_sum({&alone, &team}, chunks, {values.data(), static_cast<std::size_t>(values.size())},
              total);
  return total;
}

TEST(OrderedSum, IsTheSumOverTheChunks) {
  for (const Index chunks : {1, 2, 3, 7, 8, 13}) {
    Batch values(5, chunks);
    fill_normal(Streams{3, 0, 0, Purpose::test}, values);
    const std::vector<double> total = total_of(chunks, 5, 1);
    // At most `chunks` roundings of sums of order `chunks`.
    const double tolerance = 0x1p-52 * static_cast<double>(chunks * chunks);
    for (Index i = 0; i < 5; ++i) {
      EXPECT_NEAR(total[static_cast<std::size_t>(i)], values.row(i).sum(), tolerance);
    }
  }
}

TEST(OrderedSum, HasTheSameBitsForEveryNumberOfThreads) {
  EXPECT_EQ(total_of(13, 20000, 1), total_of(13, 20000, 3));
}

}  // namespace
}  // namespace nmc
