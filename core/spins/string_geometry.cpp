#include "core/spins/string_geometry.hpp"

#include <algorithm>
#include <cassert>

namespace nmc {

bool StringGeometry::fits(const std::vector<Index>& extents) {
  return extents.size() >= 2 && std::ssize(extents) <= kMostDirections &&
         std::ranges::all_of(extents, [](Index extent) { return extent >= 2; });
}

StringGeometry StringGeometry::of(const std::vector<Index>& extents) {
  assert(fits(extents));
  StringGeometry geometry;
  geometry.directions = static_cast<int>(extents.size());
  std::ranges::copy(extents, geometry.extents.begin());
  return geometry;
}

Index StringGeometry::stride(int d) const {
  Index product = 1;
  for (int below = 0; below < d; ++below) product *= half(below);
  return product;
}

Index StringGeometry::margin() const {
  const Index reach = stride(directions - 1) / kWordBits + 2 * kGroup;
  return (reach + kGroup - 1) / kGroup * kGroup;
}

StringGeometry::Place StringGeometry::place(Index site) const {
  Place place{0, 0};
  Index stride = 1;
  for (int d = 0; d < directions; ++d) {
    const Index extent = extents[static_cast<std::size_t>(d)], at = site % extent;
    site /= extent;
    place.string |= (at & 1) << d;
    place.bit += at / 2 * stride;
    stride *= half(d);
  }
  return place;
}

namespace spins_detail {

void set_bits(std::uint64_t* words, Index first, Index count) {
  constexpr std::uint64_t kOnes = ~std::uint64_t{0};
  constexpr Index kBits = StringGeometry::kWordBits;
  for (Index end = first + count; first < end;) {
    const Index bit = first % kBits, some = std::min(kBits - bit, end - first);
    words[first / kBits] |= kOnes >> (kBits - some) << bit;
    first += some;
  }
}

}  // namespace spins_detail
}  // namespace nmc
