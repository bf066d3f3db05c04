#include "core/spins/plane_counts.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cstring>
#include <span>
#include <utility>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/spins/plane_counts.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
// after foreach_target
#include "core/spins/lane_bits-inl.h"
#include "core/spins/string_links-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nmc::spins_detail::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// counts[plane][64 groups], zero before.
HWY_NOINLINE void count_lane_planes(const std::uint64_t* words, Index groups,
                                    const PlaneLists& lists, std::uint32_t* counts) {
  for (Index plane = 0; plane < lists.planes; ++plane) {
    const std::int32_t* sites = lists.sites + lists.begin[plane];
    const Index count = lists.begin[plane + 1] - lists.begin[plane];
    std::uint32_t* out = counts + plane * groups * 64;
    over_groups(groups, [&](auto d, Index g) {
      count_bits(
          d, count, [&](Index i) { return hn::LoadU(d, words + sites[i] * groups + g); },
          out + g * 64);
    });
  }
}

/// One row of strips. in_x[column of the block][64 bits] counts over all lines, in_y[line of the
/// block][8] over the columns of a block and the bits; in_x is zero before.
HWY_NOINLINE void count_strip_planes(const std::uint64_t* row, const StripGeometry& geometry,
                                     std::uint32_t* in_x, std::uint64_t* in_y) {
  constexpr Index kWords = StripGeometry::kWords;
  const hn::CappedTag<std::uint64_t, kWords> d;
  const auto step = static_cast<Index>(hn::Lanes(d));
  const Index line = geometry.block_x * kWords;
  for (Index part = 0; part < kWords; part += step) {
    for (Index x = 0; x < geometry.block_x; ++x)
      count_word_bits(
          d, geometry.block_y,
          [&](Index y) { return hn::LoadU(d, row + y * line + x * kWords + part); }, in_x + x * 64);
    for (Index y = 0; y < geometry.block_y; ++y) {
      auto sum = hn::Zero(d);
      for (Index x = 0; x < geometry.block_x; ++x)
        sum = hn::Add(sum, hn::PopulationCount(hn::LoadU(d, row + y * line + x * kWords + part)));
      hn::StoreU(sum, d, in_y + y * kWords + part);
    }
  }
}

/// A string as `count` blocks of `size` bits: in_block[bit] += how often they have it set, zero
/// before, and further bits of its last word mean nothing; of_block[i] is how many bits are set.
HWY_NOINLINE void count_string_blocks(const std::uint64_t* string, Index size, Index count,
                                      std::uint32_t* in_block, std::uint32_t* of_block) {
  constexpr Index kBits = StringGeometry::kWordBits;
  over_groups((size + kBits - 1) / kBits, [&](auto d, Index g) {
    count_bits(
        d, count, [&](Index i) { return ShiftedWords(string, i * size)(d, g); },
        in_block + g * kBits);
  });
  for (Index i = 0; i < count; ++i) {
    const hn::CappedTag<std::uint64_t, 1> one;
    const ShiftedWords block(string, i * size);
    of_block[i] = 0;
    for (Index bit = 0; bit < size; bit += kBits) {
      const std::uint64_t word = hn::GetLane(block(one, bit / kBits));
      const Index beyond = std::max<Index>(0, bit + kBits - size);
      of_block[i] += static_cast<std::uint32_t>(std::popcount(word << beyond));
    }
  }
}

}  // namespace nmc::spins_detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nmc {
namespace spins_detail {

HWY_EXPORT(count_lane_planes);
HWY_EXPORT(count_strip_planes);
HWY_EXPORT(count_string_blocks);

namespace {

void lane_planes(const Spins& spins, const PlaneLists& lists, std::uint32_t* counts) {
  HWY_DYNAMIC_DISPATCH(count_lane_planes)(spins.words(), spins.groups(), lists, counts);
}

void strip_planes(const Spins& spins, Index row, std::uint32_t* in_x, std::uint64_t* in_y) {
  const StripGeometry& g = spins.geometry().strips;
  const std::uint64_t* words = spins.words() + row * g.vectors() * StripGeometry::kWords;
  HWY_DYNAMIC_DISPATCH(count_strip_planes)(words, g, in_x, in_y);
}

/// A string as blocks, one for each of its places in the last direction.
struct StringBlocks {
  std::vector<std::uint32_t> in_block, of_block;

  StringBlocks(const std::uint64_t* string, Index size, Index count)
      : in_block(static_cast<std::size_t>((size + 63) / 64 * 64), 0),
        of_block(static_cast<std::size_t>(count)) {
    HWY_DYNAMIC_DISPATCH(count_string_blocks)
    (string, size, count, in_block.data(), of_block.data());
  }
};

constexpr Index kStep = sizeof(std::uint64_t);

/// Bit 8 i of the word is set where byte i of up to 8 is negative.
std::uint64_t down_bytes(const std::int8_t* s, Index count) {
  std::uint64_t word = 0;
  std::memcpy(&word, s, static_cast<std::size_t>(count));
  return word >> 7 & 0x0101010101010101U;
}

/// Lines of a row of bytes that are counted together: a counter of 8 bits holds 255 of them.
constexpr Index kLines = 255;

/// down[x] += the down spins of column x over `lines` lines, and per line in line_down.
void count_lines(const std::int8_t* s, Index extent, Index lines, double* down,
                 std::uint32_t* line_down) {
  for (Index x = 0; x < extent; x += kStep) {
    const Index count = std::min(kStep, extent - x);
    std::uint64_t columns = 0;
    for (Index line = 0; line < lines; ++line) {
      const std::uint64_t bits = down_bytes(s + line * extent + x, count);
      columns += bits;
      line_down[line] += static_cast<std::uint32_t>(bits * 0x0101010101010101U >> 56);
    }
    for (Index i = 0; i < count; ++i) down[x + i] += static_cast<double>(columns >> 8 * i & 255U);
  }
}

}  // namespace
}  // namespace spins_detail

PlaneCounts::PlaneCounts(std::vector<Index> extents) : extents_(std::move(extents)) {
  for (const Index extent : extents_) {
    first_.push_back(planes_);
    planes_ += extent;
    sites_ *= extent;
  }
  Index stride = 1;
  begin_.push_back(0);
  for (const Index extent : extents_) {
    for (Index c = 0; c < extent; ++c) {
      for (Index high = c * stride; high < sites_; high += stride * extent)
        for (Index low = 0; low < stride; ++low)
          order_.push_back(static_cast<std::int32_t>(high + low));
      begin_.push_back(std::ssize(order_));
    }
    stride *= extent;
  }
}

Batch PlaneCounts::operator()(const Spins& spins) const {
  assert(spins.sites() == sites_);
  if (spins.layout() == SpinLayout::lanes) return lanes(spins);
  Batch up = Batch::Zero(spins.rows(), planes_);
  for (Index row = 0; row < spins.rows(); ++row) {
    if (spins.layout() == SpinLayout::strips)
      strip(spins, row, up);
    else if (spins.layout() == SpinLayout::strings)
      strings(spins, row, up);
    else
      bytes(spins, row, up);
  }
  return up;
}

Batch PlaneCounts::lanes(const Spins& spins) const {
  const Index lanes = spins.groups() * Spins::kWordBits;
  std::vector<std::uint32_t> counts(static_cast<std::size_t>(planes_ * lanes), 0);
  spins_detail::lane_planes(spins, {order_.data(), begin_.data(), planes_}, counts.data());
  Batch up(spins.rows(), planes_);
  for (Index plane = 0; plane < planes_; ++plane) {
    const std::uint32_t* of_plane = counts.data() + plane * lanes + spins.first_bit();
    for (Index row = 0; row < spins.rows(); ++row) up(row, plane) = of_plane[row];
  }
  return up;
}

void PlaneCounts::strip(const Spins& spins, Index row, Batch& up) const {
  const StripGeometry& g = spins.geometry().strips;
  constexpr Index kWords = StripGeometry::kWords, kBits = StripGeometry::kBits;
  std::vector<std::uint32_t> in_x(static_cast<std::size_t>(g.block_x * kBits), 0);
  std::vector<std::uint64_t> in_y(static_cast<std::size_t>(g.block_y * kWords));
  spins_detail::strip_planes(spins, row, in_x.data(), in_y.data());
  for (Index x = 0; x < g.block_x; ++x)
    for (Index bit = 0; bit < kBits; ++bit)
      up(row, first(0) + bit * g.block_x + x) = in_x[static_cast<std::size_t>(x * kBits + bit)];
  for (Index y = 0; y < g.block_y; ++y)
    for (Index word = 0; word < kWords; ++word)
      up(row, first(1) + word * g.block_y + y) =
          static_cast<double>(in_y[static_cast<std::size_t>(y * kWords + word)]);
}

void PlaneCounts::strings(const Spins& spins, Index row, Batch& up) const {
  const StringGeometry& g = spins.geometry().strings;
  const int top = g.directions - 1;
  const Index size = g.stride(top), width = g.half(0), words = g.words_per_row();
  // The last odd site of an odd extent is none.
  const auto add = [&](Index string, int d, Index at, std::uint32_t count) {
    const Index place = 2 * at + (string >> d & 1);
    const auto direction = static_cast<std::size_t>(d);
    if (place < extents_[direction]) up(row, first(direction) + place) += count;
  };
  for (Index string = 0; string < g.strings(); ++string) {
    const std::uint64_t* bits = spins.words() + row * words + string * g.pitch();
    const spins_detail::StringBlocks blocks(bits, size, g.half(top));
    std::vector<std::uint32_t> in_x(static_cast<std::size_t>(width), 0);
    for (Index line = 0; line < size / width; ++line) {
      std::uint32_t in_line = 0;
      for (Index x = 0; x < width; ++x) {
        const std::uint32_t count = blocks.in_block[static_cast<std::size_t>(line * width + x)];
        in_x[static_cast<std::size_t>(x)] += count;
        in_line += count;
      }
      if (top > 1) add(string, 1, line, in_line);
    }
    for (Index x = 0; x < width; ++x) add(string, 0, x, in_x[static_cast<std::size_t>(x)]);
    for (Index i = 0; i < g.half(top); ++i)
      add(string, top, i, blocks.of_block[static_cast<std::size_t>(i)]);
  }
}

void PlaneCounts::bytes(const Spins& spins, Index row, Batch& up) const {
  const Index extent = extents_[0], lines = sites_ / extent;
  std::vector<double> down(static_cast<std::size_t>(planes_), 0);
  std::array<std::uint32_t, spins_detail::kLines> line_down{};
  for (Index line = 0; line < lines; line += spins_detail::kLines) {
    const Index count = std::min(spins_detail::kLines, lines - line);
    line_down.fill(0);
    spins_detail::count_lines(spins.row(row) + line * extent, extent, count, down.data(),
                              line_down.data());
    for (Index i = 0; i < count; ++i) {
      Index place = line + i;
      for (std::size_t d = 1; d < extents_.size(); ++d) {
        down[static_cast<std::size_t>(first_[d] + place % extents_[d])] +=
            line_down[static_cast<std::size_t>(i)];
        place /= extents_[d];
      }
    }
  }
  for (std::size_t d = 0; d < extents_.size(); ++d) {
    const Index in_plane = sites_ / extents_[d];
    for (Index c = 0; c < extents_[d]; ++c)
      up(row, first_[d] + c) =
          static_cast<double>(in_plane) - down[static_cast<std::size_t>(first_[d] + c)];
  }
}

}  // namespace nmc
#endif
