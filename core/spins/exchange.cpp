#include "core/spins/exchange.hpp"

#include <algorithm>
#include <cassert>
#include <vector>

namespace nmc {
namespace {

using Word = std::uint64_t;

struct Masks {
  std::vector<Word> within;   ///< per group: bits whose upper neighbour is in the same word
  std::vector<Word> carries;  ///< per group: 1 where its last bit goes with the next word's first
};

Masks lane_masks(const Spins& spins, std::span<const std::uint8_t> exchange) {
  const auto groups = static_cast<std::size_t>(spins.groups());
  Masks masks{std::vector<Word>(groups, 0), std::vector<Word>(groups, 0)};
  for (std::size_t r = 0; r < exchange.size(); ++r) {
    if (exchange[r] == 0) continue;
    const auto lane = static_cast<Index>(r) + spins.first_bit();
    const auto group = static_cast<std::size_t>(lane / Spins::kWordBits);
    if (lane % Spins::kWordBits == Spins::kWordBits - 1)
      masks.carries[group] = 1;
    else
      masks.within[group] |= Word{1} << (lane % Spins::kWordBits);
  }
  return masks;
}

void exchange_lanes(Spins& spins, const Masks& masks) {
  const auto groups = masks.within.size();
  for (Index site = 0; site < spins.sites(); ++site) {
    Word* words = spins.words() + site * spins.groups();
    for (std::size_t g = 0; g < groups; ++g) {
      const Word differs = (words[g] ^ words[g] >> 1) & masks.within[g];
      words[g] ^= differs ^ differs << 1;
    }
    for (std::size_t g = 0; g + 1 < groups; ++g) {
      const Word differs = (words[g] >> (Spins::kWordBits - 1) ^ words[g + 1]) & masks.carries[g];
      words[g] ^= differs << (Spins::kWordBits - 1);
      words[g + 1] ^= differs;
    }
  }
}

}  // namespace

void exchange_rows(Spins& spins, std::span<const std::uint8_t> exchange) {
  assert(static_cast<Index>(exchange.size()) == spins.rows());
  if (std::ranges::all_of(exchange, [](std::uint8_t mark) { return mark == 0; })) return;
  if (spins.layout() == SpinLayout::lanes) {
    exchange_lanes(spins, lane_masks(spins, exchange));
    return;
  }
  for (std::size_t r = 0; r + 1 < exchange.size(); ++r) {
    if (exchange[r] == 0) continue;
    const auto row = static_cast<Index>(r);
    if (spins.layout() == SpinLayout::bytes) {
      std::swap_ranges(spins.row(row), spins.row(row) + spins.sites(), spins.row(row + 1));
    } else {
      const Index words = spins.words_per_row();
      Word* first = spins.words() + row * words;
      std::swap_ranges(first, first + words, first + words);
    }
  }
}

void copy_row(const RowOf& from, Spins& spins, Index to) {
  assert(from.spins.layout() == spins.layout() && from.spins.sites() == spins.sites());
  if (spins.layout() == SpinLayout::bytes) {
    std::copy_n(from.spins.row(from.row), spins.sites(), spins.row(to));
    return;
  }
  if (spins.layout() != SpinLayout::lanes) {
    const Index words = spins.words_per_row();
    std::copy_n(from.spins.words() + from.row * words, words, spins.words() + to * words);
    return;
  }
  const Index source = from.row + from.spins.first_bit(), target = to + spins.first_bit();
  const Word* read = from.spins.words() + source / Spins::kWordBits;
  Word* write = spins.words() + target / Spins::kWordBits;
  const auto shift_out = source % Spins::kWordBits, shift_in = target % Spins::kWordBits;
  for (Index site = 0; site < spins.sites(); ++site) {
    const Word bit = *read >> shift_out & 1U;
    *write = (*write & ~(Word{1} << shift_in)) | bit << shift_in;
    read += from.spins.groups();
    write += spins.groups();
  }
}

}  // namespace nmc
