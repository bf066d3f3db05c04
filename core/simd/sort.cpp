#include "core/simd/sort.hpp"

#include <hwy/contrib/sort/vqsort.h>

#include <bit>
#include <memory>

namespace nmc::simd {
namespace {

constexpr std::uint64_t kSign = std::uint64_t{1} << 63;

/// Numbers as integers of the same order.
std::uint64_t key_of(double value) {
  const auto bits = std::bit_cast<std::uint64_t>(value + 0.0);
  return (bits & kSign) != 0 ? ~bits : bits | kSign;
}

double value_of(std::uint64_t key) {
  return std::bit_cast<double>((key & kSign) != 0 ? key & ~kSign : ~key);
}

}  // namespace

Sorted sort(std::span<const double> values) {
  const std::size_t size = values.size();
  const auto entries = std::make_unique_for_overwrite<hwy::K64V64[]>(size);
  for (std::size_t i = 0; i < size; ++i) {
    entries[i].key = key_of(values[i]);
    entries[i].value = i;
  }
  hwy::Sorter()(entries.get(), size, hwy::SortAscending());
  Sorted sorted;
  sorted.values.reserve(size);
  sorted.places.reserve(size);
  for (std::size_t i = 0; i < size; ++i) {
    sorted.values.push_back(value_of(entries[i].key));
    sorted.places.push_back(static_cast<std::int64_t>(entries[i].value));
  }
  return sorted;
}

}  // namespace nmc::simd
