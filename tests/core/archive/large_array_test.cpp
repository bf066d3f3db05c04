#include "core/archive/chains/large_array.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "core/archive/chains/array_entries.hpp"

namespace nmc::archive {
namespace {

double number_at(Index place) {
  return std::sin(static_cast<double>(place));
}

/// An array whose entry at a row-major place is number_at(place), and how often it was read.
StoredArray made_array(const Shape& shape, Index& numbers_read) {
  StoredArray array;
  array.name = "x";
  array.shape = shape;
  array.axes.assign(shape.size(), "");
  array.read_part = [shape, &numbers_read](const Part& part) {
    const Shape strides = strides_of(shape), inner = strides_of(part.count);
    std::vector<double> values(static_cast<std::size_t>(entries(part.count)));
    for (Index at = 0; at < std::ssize(values); ++at) {
      Index place = 0;
      for (std::size_t axis = 0; axis < shape.size(); ++axis)
        place += (part.start[axis] + at / inner[axis] % part.count[axis]) * strides[axis];
      values[static_cast<std::size_t>(at)] = number_at(place);
    }
    numbers_read += std::ssize(values);
    return values;
  };
  return array;
}

TEST(LargeArray, HasTheChainsOfOneThatIsReadAtOnce) {
  for (const bool is_draw_first : {false, true}) {
    const Shape shape{3, 700, 2, 2};
    Index numbers_read = 0;
    const StoredArray array = made_array(shape, numbers_read);
    Axes axes;
    axes.chain = is_draw_first ? 2 : 0;
    axes.draw = 1;
    ChainFile file;
    add_large_array(array, axes, file);
    const std::vector<ArrayEntry> all = list_entries(shape, axes);
    ASSERT_EQ(file.variables.size(), all.size());
    EXPECT_EQ(numbers_read, entries(shape));
    const Shape strides = strides_of(shape);
    for (std::size_t i = 0; i < all.size(); ++i) {
      const NamedChains& found = file.variables[i];
      EXPECT_EQ(found.name, name_of_entry("x", all[i]));
      ASSERT_EQ(found.chains.rows(), 700);
      ASSERT_EQ(found.chains.cols(), shape[axes.chain]);
      for (Index chain = 0; chain < found.chains.cols(); ++chain)
        for (Index draw = 0; draw < 700; ++draw)
          ASSERT_EQ(found.chains(draw, chain),
                    number_at(all[i].offset + chain * strides[axes.chain] + draw * strides[1]));
    }
  }
}

TEST(LargeArray, ComesAsBlocksWhereAVariableIsTooLarge) {
  const Index draws = (statistics::kMostExactNumbers >> 2) + 1;
  Index numbers_read = 0;
  const StoredArray array = made_array({4, draws}, numbers_read);
  EXPECT_TRUE(is_large(array));
  Axes axes;
  axes.chain = 0;
  axes.draw = 1;
  ChainFile file;
  Index seen = 0;
  file.on_variable = [&](NamedChains& variable) { seen += variable.draws(); };
  add_large_array(array, axes, file);
  EXPECT_EQ(seen, draws);
  ASSERT_TRUE(file.variables.at(0).blocks.has_value());
  const statistics::DrawBlocks& blocks = *file.variables.at(0).blocks;
  double sum = 0;
  for (Index place = 0; place < 4 * draws; ++place) sum += number_at(place);
  EXPECT_NEAR(blocks.mean(), sum / static_cast<double>(4 * draws), 1e-12);
  EXPECT_EQ(blocks.first_draws()(1, 2), number_at(2 * draws + blocks.length()));
  EXPECT_EQ(numbers_read, 4 * draws);
}

}  // namespace
}  // namespace nmc::archive
