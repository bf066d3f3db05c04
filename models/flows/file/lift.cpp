#include "models/flows/file/lift.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "core/errors.hpp"

namespace nmc {
namespace {

/// A share of the number of an orbit of the smaller lattice.
struct LiftShare {
  int orbit = 0;
  double weight = 0;
};

/// The wave number n of 2 L sites lies at n/2 among those of L: at one of them, or halfway.
std::vector<LiftShare> shares_of_wave(Index wave, const LiftPart& from) {
  std::vector<LiftShare> shares{{0, 1}};
  Index stride = 1;
  for (const Index extent : from.extents) {
    Index n = wave % (2 * extent);
    wave /= 2 * extent;
    n = std::min(n, 2 * extent - n);
    std::vector<LiftShare> next;
    for (const LiftShare& share : shares)
      for (const Index near : {n / 2, (n + 1) / 2})
        next.push_back(
            {share.orbit + static_cast<int>((near % extent) * stride), share.weight / 2});
    shares = std::move(next);
    stride *= extent;
  }
  for (LiftShare& share : shares) share.orbit = from.orbit[static_cast<std::size_t>(share.orbit)];
  return shares;
}

Index orbits_of(const LiftPart& part) {
  return part.orbit.empty() ? 1 : *std::ranges::max_element(part.orbit) + 1;
}

Index numbers_of(const std::vector<LiftPart>& parts) {
  Index sum = 0;
  for (const LiftPart& part : parts) sum += part.rows * orbits_of(part);
  return sum;
}

void lift_part(const LiftPart& from, const LiftPart& to, const double* numbers, double* lifted) {
  const Index small = orbits_of(from), large = orbits_of(to);
  for (std::size_t wave = 0; wave < to.orbit.size(); ++wave) {
    const std::vector<LiftShare> shares = shares_of_wave(static_cast<Index>(wave), from);
    for (Index row = 0; row < to.rows; ++row) {
      double sum = 0;
      for (const LiftShare& share : shares)
        sum += share.weight * numbers[row * small + share.orbit];
      lifted[row * large + to.orbit[wave]] = sum;
    }
  }
}

bool is_double(const LiftPart& small, const LiftPart& large) {
  return small.rows == large.rows &&
         std::ranges::equal(small.extents, large.extents,
                            [](Index a, Index b) { return 2 * a == b; });
}

/// Of one layer; false where the layers are not alike.
bool lift_layer(const Bijector& from, const Bijector& to, std::span<const double> numbers,
                std::span<double> lifted) {
  const std::vector<LiftPart> small = from.lift_parts(), large = to.lift_parts();
  if (!std::ranges::equal(small, large, is_double)) return false;
  const Index count = numbers_of(small), lifted_count = numbers_of(large);
  if (count == 0) return std::ssize(numbers) == 0 && std::ssize(lifted) == 0;
  const Index lines = std::ssize(numbers) / count;
  if (lines * lifted_count != std::ssize(lifted)) return false;
  const double* at = numbers.data();
  double* put = lifted.data();
  for (Index line = 0; line < lines; ++line)
    for (std::size_t k = 0; k < small.size(); ++k) {
      if (small[k].orbit.empty())
        std::copy_n(at, small[k].rows, put);
      else
        lift_part(small[k], large[k], at, put);
      at += small[k].rows * orbits_of(small[k]);
      put += large[k].rows * orbits_of(large[k]);
    }
  return true;
}

bool is_of_waves(const Bijector& layer) {
  const std::vector<LiftPart> parts = layer.lift_parts();
  return !parts.empty() && !parts.front().orbit.empty();
}

/// The layer of the smaller flow whose numbers each one of the larger takes.
std::vector<std::size_t> partners(const BijectorFlow& smaller, const BijectorFlow& larger) {
  const std::size_t small = smaller.layers().size(), large = larger.layers().size();
  std::size_t first = 0;  // of waves, before the couplings
  while (first < small && is_of_waves(*smaller.layers()[first])) ++first;
  std::vector<std::size_t> partner;
  for (std::size_t k = 0; k < large; ++k) {
    const bool is_extra = k >= first && k - first < large - small;
    partner.push_back(k < first ? k : is_extra ? k : k - (large - small));
  }
  return partner;
}

}  // namespace

std::vector<double> lifted_parameters(const BijectorFlow& smaller, const BijectorFlow& larger) {
  const std::size_t small = smaller.layers().size(), large = larger.layers().size();
  const Index ratio = larger.sites() / std::max<Index>(smaller.sites(), 1);
  const bool is_power = ratio == 2 || ratio == 4 || ratio == 8;
  require(is_power && ratio * smaller.sites() == larger.sites(),
          fmt::format("a network of {} sites is no start for one of {}: every extent must be twice "
                      "as large",
                      smaller.sites(), larger.sites()));
  require(small <= large && large <= 2 * small,
          fmt::format("a network of {} layers is no start for one of {}: give both the same keys "
                      "of [model]",
                      small, large));
  const std::vector<std::size_t> partner = partners(smaller, larger);
  std::vector<double> lifted(larger.parameters().size());
  std::size_t offset = 0;
  for (std::size_t k = 0; k < large; ++k) {
    const std::size_t size = larger.layer_parameters(k).size();
    const bool is_lifted =
        lift_layer(*smaller.layers()[partner[k]], *larger.layers()[k],
                   smaller.layer_parameters(partner[k]), std::span(lifted).subspan(offset, size));
    require(is_lifted,
            fmt::format("layer {} of the smaller network is no start for layer {} of this one: "
                        "every extent must be twice as large and all keys of [model] the same, "
                        "without scaling",
                        partner[k], k));
    offset += size;
  }
  return lifted;
}

}  // namespace nmc
