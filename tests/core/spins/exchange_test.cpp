#include "core/spins/exchange.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "core/random/streams.hpp"

/// Exchanges of packed rows against exchanges of rows of numbers: bit for bit.
namespace nmc {
namespace {

constexpr Index sites = 37;

Batch exchanged_spins(Index rows, Index count, std::uint64_t step) {
  Batch u(rows, count);
  fill_uniform({3, step, 0, Purpose::test}, u);
  return (u < 0.5).select(Batch::Ones(rows, count), -Batch::Ones(rows, count));
}

/// Marks on rungs of the given parity of ladders of R rows, half of them at random.
std::vector<std::uint8_t> random_marks(Index rows, Index R, Index parity) {
  const Column u = uniform_column({5, static_cast<std::uint64_t>(R), 0, Purpose::test}, rows);
  std::vector<std::uint8_t> marks(static_cast<std::size_t>(rows), 0);
  for (Index row = 0; row + 1 < rows; ++row)
    if (row % R % 2 == parity && row % R + 1 < R && u(row) < 0.5)
      marks[static_cast<std::size_t>(row)] = 1;
  return marks;
}

Batch exchanged(Batch x, const std::vector<std::uint8_t>& marks) {
  for (std::size_t r = 0; r < marks.size(); ++r)
    if (marks[r] != 0) x.row(static_cast<Index>(r)).swap(x.row(static_cast<Index>(r) + 1));
  return x;
}

TEST(ExchangeRows, OfBitsIsAnExchangeOfRowsForEveryLadderAndFirstRow) {
  for (const Index R : {2, 3, 7, 16, 61, 64, 65, 130})
    for (const Index first_row : {Index{0}, R, 5 * R, 63 * R})
      for (const Index parity : {0, 1})
        for (const SpinLayout layout : {SpinLayout::lanes, SpinLayout::bytes}) {
          const Index rows = 3 * R;
          const Batch x = exchanged_spins(rows, sites, 1);
          Spins spins(layout, {rows, sites, first_row});
          spins.pack(x);
          const auto marks = random_marks(rows, R, parity);
          exchange_rows(spins, marks);
          EXPECT_TRUE((spins.unpack() == exchanged(x, marks)).all())
              << R << " " << first_row << " " << parity;
        }
}

TEST(ExchangeRows, OfStripsAndStringsIsAnExchangeOfRows) {
  const Batch x = exchanged_spins(6, 128 * 16, 2);
  for (const SpinLayout layout : {SpinLayout::strips, SpinLayout::strings}) {
    SpinGeometry geometry = StripGeometry::of({128, 16});
    if (layout == SpinLayout::strings) geometry = StringGeometry::of({128, 16});
    Spins spins(layout, {6, 128 * 16, 0}, geometry);
    spins.pack(x);
    const std::vector<std::uint8_t> marks{1, 0, 0, 1, 0, 0};
    exchange_rows(spins, marks);
    EXPECT_TRUE((spins.unpack() == exchanged(x, marks)).all());
  }
}

TEST(CopyRow, CopiesOneRowAndNothingElseInEveryLayout) {
  for (const SpinLayout layout :
       {SpinLayout::lanes, SpinLayout::bytes, SpinLayout::strips, SpinLayout::strings}) {
    SpinGeometry geometry = StripGeometry::of({128, 16});
    if (layout == SpinLayout::strings) geometry = StringGeometry::of({128, 16});
    const Batch a = exchanged_spins(70, 128 * 16, 3);
    Batch b = exchanged_spins(130, 128 * 16, 4);
    Spins from(layout, {70, 128 * 16, 59}, geometry), to(layout, {130, 128 * 16, 3}, geometry);
    from.pack(a);
    to.pack(b);
    for (const auto& [source, target] : {std::pair<Index, Index>{0, 129}, {69, 0}, {5, 61}}) {
      copy_row({from, source}, to, target);
      b.row(target) = a.row(source);
    }
    EXPECT_TRUE((to.unpack() == b).all());
  }
}

}  // namespace
}  // namespace nmc
