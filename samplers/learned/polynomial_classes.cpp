#include <algorithm>
#include <string>
#include <utility>

#include "core/errors.hpp"
#include "samplers/learned/polynomial.hpp"

namespace nmc {
namespace {

constexpr Index kHighestPower = 4;

/// All products of `sites` that begin with `head` and do not descend.
void append_products(Monomial head, Index sites, MonomialClasses& classes) {
  const Index first = head.empty() ? 0 : head.back();
  if (!head.empty()) classes.push_back({head});
  if (std::ssize(head) == kHighestPower) return;
  for (Index site = first; site < sites; ++site) {
    head.push_back(site);
    append_products(head, sites, classes);
    head.pop_back();
  }
}

/// Where `offset` leads to from a site of a torus.
Index displaced(const std::vector<Index>& extents, Index site, const std::vector<Index>& offset) {
  Index to = 0, stride = 1, rest = site;
  for (std::size_t axis = 0; axis < extents.size(); ++axis) {
    const Index L = extents[axis];
    to += stride * (((rest % L + offset[axis]) % L + L) % L);
    rest /= L;
    stride *= L;
  }
  return to;
}

/// One of every two opposite offsets in the box |d| <= range, the zero left out.
std::vector<std::vector<Index>> half_of_box(std::size_t axes, Index range) {
  std::vector<std::vector<Index>> offsets;
  Index count = 1;
  for (std::size_t axis = 0; axis < axes; ++axis) count *= 2 * range + 1;
  for (Index number = count / 2 + 1; number < count; ++number) {
    std::vector<Index> offset;
    for (Index rest = number; std::ssize(offset) < static_cast<Index>(axes); rest /= 2 * range + 1)
      offset.push_back(rest % (2 * range + 1) - range);
    offsets.push_back(std::move(offset));
  }
  return offsets;
}

}  // namespace

MonomialClasses complete_quartic(Index sites) {
  MonomialClasses classes;
  append_products({}, sites, classes);
  return classes;
}

MonomialClasses pair_quartic(Index sites) {
  MonomialClasses classes;
  for (Index site = 0; site < sites; ++site)
    for (Index power = 1; power <= kHighestPower; ++power)
      classes.push_back({Monomial(static_cast<std::size_t>(power), site)});
  for (Index i = 0; i < sites; ++i)
    for (Index j = i + 1; j < sites; ++j) classes.push_back({{i, j}});
  return classes;
}

MonomialClasses torus_quartic(const std::vector<Index>& extents, Index range) {
  Index sites = 1, shortest = extents.front();
  for (const Index extent : extents) {
    sites *= extent;
    shortest = std::min(shortest, extent);
  }
  require(0 <= range && range <= shortest / 2,
          "couplings of a range of " + std::to_string(range) +
              " meet themselves on a lattice with an edge of " + std::to_string(shortest) +
              ": take at most half of it");
  MonomialClasses classes(kHighestPower);
  for (Index site = 0; site < sites; ++site)
    for (std::size_t power = 1; power <= classes.size(); ++power)
      classes[power - 1].push_back(Monomial(power, site));
  for (const std::vector<Index>& offset : half_of_box(extents.size(), range)) {
    std::vector<Monomial> pairs;
    for (Index site = 0; site < sites; ++site)
      pairs.push_back({site, displaced(extents, site, offset)});
    classes.push_back(std::move(pairs));
  }
  return classes;
}

}  // namespace nmc
