#include "models/flows/conv/conv_stencil.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <map>
#include <numeric>

#include "core/errors.hpp"

namespace nmc {
namespace {

using Steps = std::vector<Index>;

/// Of a number of the mixed base `extents`, first digit fastest.
Steps digits(Index number, const std::vector<Index>& extents) {
  Steps at;
  for (const Index extent : extents) {
    at.push_back(number % extent);
    number /= extent;
  }
  return at;
}

Index number_of(const Steps& at, const std::vector<Index>& extents) {
  Index number = 0;
  for (std::size_t axis = extents.size(); axis-- > 0;)
    number = number * extents[axis] + ((at[axis] % extents[axis]) + extents[axis]) % extents[axis];
  return number;
}

bool is_odd_sum(const Steps& steps) {
  return std::accumulate(steps.begin(), steps.end(), Index{0}) % 2 != 0;
}

Index product_of(const std::vector<Index>& extents) {
  return std::accumulate(extents.begin(), extents.end(), Index{1}, std::multiplies<>());
}

/// All steps of a kernel in its order, x fastest.
std::vector<Steps> kernel_steps(const std::vector<Index>& widths) {
  std::vector<Steps> all;
  for (Index tap = 0; tap < product_of(widths); ++tap) {
    Steps steps = digits(tap, widths);
    for (std::size_t axis = 0; axis < steps.size(); ++axis) steps[axis] -= (widths[axis] - 1) / 2;
    all.push_back(std::move(steps));
  }
  return all;
}

/// One of the steps that the symmetries of a lattice of these extents make of `steps`, the same for
/// all of them: lengths, of directions of equal extent in descending order.
Steps representative(const Steps& steps, const std::vector<Index>& extents) {
  Steps lengths;
  for (const Index step : steps) lengths.push_back(std::abs(step));
  for (std::size_t a = 0; a < lengths.size(); ++a)
    for (std::size_t b = a + 1; b < lengths.size(); ++b)
      if (extents[a] == extents[b] && lengths[b] > lengths[a]) std::swap(lengths[a], lengths[b]);
  return lengths;
}

void check_width(int kernel) {
  require(kernel >= 3 && kernel % 2 == 1,
          fmt::format("kernel = {}: a kernel has a middle and sites on both sides; take {}", kernel,
                      kernel < 3 ? 3 : kernel + 1));
}

void check_stencil(const std::vector<Index>& extents, int kernel) {
  check_width(kernel);
  for (const Index extent : extents) {
    require(extent % 2 == 0,
            fmt::format("an extent of the lattice is {}: a checkerboard needs even extents; take "
                        "model.name = real_nvp",
                        extent));
    require(
        kernel < extent,
        fmt::format("kernel = {} is wider than the lattice, whose extent {} it would wrap "
                    "around; take {} or a larger lattice",
                    kernel, extent,
                    extent > 3 ? fmt::format("kernel = {}", extent - 1) : "model.name = real_nvp"));
  }
}

void number_orbits(const std::vector<Steps>& steps, ConvStencil& stencil) {
  std::map<Steps, int> known;
  for (const Steps& step : steps) {
    const Steps same = stencil.is_isotropic ? representative(step, stencil.extents) : step;
    stencil.kernel_orbit.push_back(
        known.try_emplace(same, static_cast<int>(known.size())).first->second);
  }
  stencil.orbits = static_cast<int>(known.size());
}

/// Taps, odd ones first, and what is known of each; returns their steps.
std::vector<Steps> add_taps(ConvStencil& stencil) {
  const std::vector<Steps> natural = kernel_steps(stencil.widths);
  number_orbits(natural, stencil);
  std::vector<std::size_t> order(natural.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto is_odd = [&](std::size_t tap) { return is_odd_sum(natural[tap]); };
  std::stable_partition(order.begin(), order.end(), is_odd);
  stencil.taps = static_cast<int>(order.size());
  stencil.odd_taps = static_cast<int>(std::ranges::count_if(order, is_odd));
  std::vector<int> place(order.size());
  for (std::size_t tap = 0; tap < order.size(); ++tap) place[order[tap]] = static_cast<int>(tap);
  std::vector<Steps> steps;
  for (const std::size_t tap : order) {
    stencil.orbit.push_back(stencil.kernel_orbit[tap]);
    stencil.opposite.push_back(place[natural.size() - 1 - tap]);
    steps.push_back(natural[tap]);
  }
  return steps;
}

/// Sites, and what each tap of them leads to.
void add_sites(const std::vector<Steps>& steps, ConvStencil& stencil) {
  for (Index site = 0; site < product_of(stencil.extents); ++site) {
    const Steps at = digits(site, stencil.extents);
    stencil.all.push_back(static_cast<int>(site));
    for (const Steps& step : steps) {
      Steps there = at;
      for (std::size_t axis = 0; axis < there.size(); ++axis) there[axis] += step[axis];
      stencil.neighbour.push_back(static_cast<int>(number_of(there, stencil.extents)));
    }
  }
}

/// Whether a site lies within so many bonds of another in every direction, around the lattice.
bool is_within(Index reach, const Steps& at, const Steps& there, const ConvStencil& stencil) {
  for (std::size_t axis = 0; axis < at.size(); ++axis) {
    const Index way = std::abs(there[axis] - at[axis]);
    if (std::min(way, stencil.extents[axis] - way) > reach) return false;
  }
  return true;
}

}  // namespace

ConvStencil make_stencil(const std::vector<Index>& extents, int kernel, bool is_isotropic) {
  check_stencil(extents, kernel);
  ConvStencil stencil;
  stencil.extents = extents;
  stencil.kernel = kernel;
  stencil.widths.assign(extents.size(), kernel);
  stencil.is_isotropic = is_isotropic;
  const std::vector<Steps> steps = add_taps(stencil);
  add_sites(steps, stencil);
  for (const int site : stencil.all)
    stencil.of_colour[is_odd_sum(digits(site, extents)) ? 1 : 0].push_back(site);
  return stencil;
}

ConvStencil make_cell_stencil(const std::vector<Index>& extents, int kernel) {
  check_width(kernel);
  ConvStencil stencil;
  stencil.extents = extents;
  stencil.kernel = kernel;
  for (const Index extent : extents) stencil.widths.push_back(std::min<Index>(kernel, extent));
  const std::vector<Steps> steps = kernel_steps(stencil.widths);
  stencil.taps = stencil.orbits = static_cast<int>(steps.size());
  std::map<Index, int> place;  // of a step, around the lattice
  for (int tap = 0; tap < stencil.taps; ++tap) {
    stencil.orbit.push_back(tap);
    place[number_of(steps[static_cast<std::size_t>(tap)], extents)] = tap;
  }
  stencil.kernel_orbit = stencil.orbit;
  for (Steps step : steps) {
    for (Index& by : step) by = -by;
    stencil.opposite.push_back(place.at(number_of(step, extents)));
  }
  add_sites(steps, stencil);
  return stencil;
}

std::vector<int> cells_seen_from(const ConvStencil& stencil, int cell, int layers) {
  const Steps at = digits(cell, stencil.extents);
  // A kernel that is as wide as the lattice sees all of it at once, also where its middle is not.
  const Index reach = static_cast<Index>(layers) * (stencil.kernel / 2);
  std::vector<int> seen;
  for (const int other : stencil.all)
    if (is_within(reach, at, digits(other, stencil.extents), stencil)) seen.push_back(other);
  return seen;
}

std::vector<int> seen_from(const ConvStencil& stencil, int site, int layers) {
  const Steps at = digits(site, stencil.extents);
  const Index reach = static_cast<Index>(layers) * (stencil.kernel / 2);
  std::vector<int> seen;
  for (const int other : stencil.of_colour[is_odd_sum(at) ? 0 : 1])
    if (is_within(reach, at, digits(other, stencil.extents), stencil)) seen.push_back(other);
  return seen;
}

}  // namespace nmc
