#include <gtest/gtest.h>

#include <set>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
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

Batch contributions(Index chunks, Index width) {
  Batch values(width, chunks);
  fill_normal(Streams{3, 0, 0, Purpose::test}, values);
  return values;
}

/// The sum of columns that are added in this order, chunk_of(i) for i = 0, 1, …
template <class ChunkOf>
std::vector<double> total_of(const Batch& values, int threads, const ChunkOf& chunk_of) {
  const Ranks alone;
  const Threads team(threads);
  OrderedSum sum;
  sum.begin({&alone, &team}, values.cols(), values.rows());
  team.for_each(values.cols(), [&](Index i) {
    std::vector<double> own = sum.zeros();
    const auto column = values.col(chunk_of(i));
    for (Index k = 0; k < column.size(); ++k) own[static_cast<std::size_t>(k)] += column(k);
    sum.add(chunk_of(i), std::move(own));
  });
  const std::span<const double> total = sum.finish();
  return {total.begin(), total.end()};
}

std::vector<double> total_of(Index chunks, Index width, int threads) {
  return total_of(contributions(chunks, width), threads, [](Index i) { return i; });
}

/// The tree of ordered_sum.hpp, written down again.
Column tree_sum(const Batch& values, Index first, Index count) {
  if (count == 1) return values.col(first);
  Index left = 1;
  while (2 * left < count) left *= 2;
  return tree_sum(values, first, left) + tree_sum(values, first + left, count - left);
}

TEST(OrderedSum, IsTheSumOverTheChunks) {
  for (const Index chunks : {1, 2, 3, 7, 8, 13}) {
    const Batch values = contributions(chunks, 5);
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

TEST(OrderedSum, IsThatOfTheTreeInWhateverOrderTheChunksCome) {
  for (const Index chunks : {1, 2, 5, 13, 16}) {
    const Batch values = contributions(chunks, 9000);
    const Column tree = tree_sum(values, 0, chunks);
    const std::vector<double> expected(tree.begin(), tree.end());
    EXPECT_EQ(total_of(values, 1, [](Index i) { return i; }), expected) << chunks;
    EXPECT_EQ(total_of(values, 2, [&](Index i) { return chunks - 1 - i; }), expected) << chunks;
    EXPECT_EQ(total_of(values, 1, [&](Index i) { return (7 * i + 3) % chunks; }), expected)
        << chunks;
  }
}

// Of a network without parameters.
TEST(OrderedSum, MayBeOfNoNumbers) {
  for (const Index chunks : {1, 3}) EXPECT_TRUE(total_of(chunks, 0, 1).empty());
}

TEST(OrderedSum, HoldsAFewContributionsAtATime) {
  constexpr Index kChunks = 64, kHeld = 7;  // one on its way and log2(64) that wait
  const Ranks alone;
  const Threads one(1);
  OrderedSum sum;
  std::set<const double*> rooms;
  for (int again = 0; again < 2; ++again) {
    sum.begin({&alone, &one}, kChunks, 10);
    for (Index chunk = 0; chunk < kChunks; ++chunk) {
      std::vector<double> own = sum.zeros();
      EXPECT_EQ(own, std::vector<double>(10, 0.0));
      rooms.insert(own.data());
      own.assign(10, 1.0);
      sum.add(chunk, std::move(own));
    }
    EXPECT_EQ(sum.finish().front(), kChunks);
  }
  EXPECT_LE(std::ssize(rooms), kHeld);
}

}  // namespace
}  // namespace nmc
