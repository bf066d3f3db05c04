#include "core/archive/chains/large_array.hpp"

#include <algorithm>
#include <utility>

#include "core/archive/chains/array_entries.hpp"
#include "core/parallel/ranks.hpp"

namespace nmc::archive {

using statistics::Chains;
using statistics::DrawBlocks;

namespace {

// Numbers of an array that are read at once; that are read at a time of a large one; and of the
// variables of it that are held.
constexpr Index kMostAtOnce = Index{1} << 23, kMostOfPiece = Index{1} << 20;
constexpr Index kMostHeld = Index{1} << 24;

/// Variables of an array while its draws come by, first to last.
class HeldVariables {
 public:
  HeldVariables(const StoredArray& array, const Axes& axes, Range entries)
      : array_(array),
        axes_(axes),
        entries_(entries),
        draws_(array.shape[axes.draw]),
        chains_(axes.chain == no_axis ? 1 : array.shape[axes.chain]) {
    for (Index i = 0; i < entries.count; ++i) {
      if (is_in_blocks())
        blocks_.push_back(DrawBlocks::within(chains_, statistics::kBlockNumbers));
      else
        held_.emplace_back(draws_, chains_);
    }
  }

  [[nodiscard]] static Index most(Index numbers) {
    const bool are_blocks = numbers > statistics::kMostExactNumbers;
    return std::max<Index>(1, kMostHeld / (are_blocks ? 2 * statistics::kBlockNumbers : numbers));
  }

  void read() {
    const Index of_draw = entries(array_.shape) / draws_;
    const Index most = std::max<Index>(1, kMostOfPiece / of_draw);
    for (Index first = 0; first < draws_; first += most)
      read_piece({first, std::min(most, draws_ - first)});
  }

  void add_to(ChainFile& file) {
    const std::vector<ArrayEntry> all = list_entries(array_.shape, axes_);
    for (Index i = 0; i < entries_.count; ++i) {
      const auto at = static_cast<std::size_t>(i);
      NamedChains variable{
          name_of_entry(array_.name, all[static_cast<std::size_t>(entries_.first + i)]),
          {},
          array_.packing.units,
          axes_.said};
      if (is_in_blocks())
        variable.blocks = std::move(blocks_[at]);
      else
        variable.chains = std::move(held_[at]);
      file.add(std::move(variable));
    }
  }

 private:
  [[nodiscard]] bool is_in_blocks() const {
    return draws_ * chains_ > statistics::kMostExactNumbers;
  }

  void read_piece(Range draws) {
    Part part{Shape(array_.shape.size(), 0), array_.shape};
    part.start[axes_.draw] = draws.first;
    part.count[axes_.draw] = draws.count;
    std::vector<double> values = array_.read_part(part);
    array_.packing.apply(values);
    const Shape strides = strides_of(part.count);
    const std::vector<ArrayEntry> all = list_entries(part.count, axes_);
    Chains piece(draws.count, chains_);
    for (Index i = 0; i < entries_.count; ++i) {
      for (Index chain = 0; chain < chains_; ++chain) {
        const Index start = all[static_cast<std::size_t>(entries_.first + i)].offset +
                            (axes_.chain == no_axis ? 0 : chain * strides[axes_.chain]);
        for (Index draw = 0; draw < draws.count; ++draw)
          piece(draw, chain) = values[static_cast<std::size_t>(start + draw * strides[axes_.draw])];
      }
      const auto at = static_cast<std::size_t>(i);
      if (is_in_blocks())
        blocks_[at].add(piece);
      else
        held_[at].middleRows(draws.first, draws.count) = piece;
    }
  }

  const StoredArray& array_;
  const Axes& axes_;
  Range entries_;
  Index draws_, chains_;
  std::vector<DrawBlocks> blocks_;
  std::vector<Chains> held_;
};

}  // namespace

bool is_large(const StoredArray& array) {
  return array.read_part != nullptr && entries(array.shape) > kMostAtOnce;
}

void add_large_array(const StoredArray& array, const Axes& axes, ChainFile& file) {
  const auto count = std::ssize(list_entries(array.shape, axes));
  const Index most = HeldVariables::most(entries(array.shape) / count);
  for (Index first = 0; first < count; first += most) {
    HeldVariables held(array, axes, {first, std::min(most, count - first)});
    held.read();
    held.add_to(file);
  }
}

}  // namespace nmc::archive
