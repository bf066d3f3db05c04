#include "models/symmetry/lattice_symmetry.hpp"

#include <algorithm>
#include <numeric>
#include <set>

namespace nmc {
namespace {

std::vector<Index> coordinates(const std::vector<Index>& extents, Index site) {
  std::vector<Index> at(extents.size());
  for (std::size_t k = 0; k < extents.size(); ++k) {
    at[k] = site % extents[k];
    site /= extents[k];
  }
  return at;
}

Index site_of_image(const std::vector<Index>& extents, const std::vector<Index>& at) {
  Index site = 0;
  for (std::size_t k = extents.size(); k-- > 0;) site = site * extents[k] + at[k];
  return site;
}

/// The operation that reads site image(coordinates) at each site.
template <class Image>
SymmetryOperation operation(const std::vector<Index>& extents, const Image& image) {
  const Index sites = std::accumulate(extents.begin(), extents.end(), Index{1}, std::multiplies{});
  SymmetryOperation g = identity_operation(sites);
  for (Index site = 0; site < sites; ++site)
    g.permutation[static_cast<std::size_t>(site)] =
        site_of_image(extents, image(coordinates(extents, site)));
  return g;
}

/// {g, …} without repetitions, in a fixed order.
std::vector<SymmetryOperation> distinct(const std::vector<SymmetryOperation>& operations) {
  const std::set<SymmetryOperation> all(operations.begin(), operations.end());
  return {all.begin(), all.end()};
}

}  // namespace

std::vector<SymmetryOperation> translation_group(const std::vector<Index>& extents) {
  std::vector<SymmetryOperation> group;
  const Index sites = std::accumulate(extents.begin(), extents.end(), Index{1}, std::multiplies{});
  for (Index shift = 0; shift < sites; ++shift) {
    const std::vector<Index> by = coordinates(extents, shift);
    group.push_back(operation(extents, [&](std::vector<Index> at) {
      for (std::size_t k = 0; k < at.size(); ++k) at[k] = (at[k] + by[k]) % extents[k];
      return at;
    }));
  }
  return group;
}

std::vector<SymmetryOperation> point_group(const std::vector<Index>& extents) {
  std::vector<SymmetryOperation> group;
  std::vector<std::size_t> axes(extents.size());
  std::iota(axes.begin(), axes.end(), 0U);
  do {
    const auto fits = [&](std::size_t k) { return extents[axes[k]] == extents[k]; };
    bool is_symmetry = true;
    for (std::size_t k = 0; k < axes.size(); ++k) is_symmetry &= fits(k);
    if (!is_symmetry) continue;
    for (std::size_t flips = 0; flips < std::size_t{1} << axes.size(); ++flips)
      group.push_back(operation(extents, [&](const std::vector<Index>& at) {
        std::vector<Index> image(at.size());
        for (std::size_t k = 0; k < at.size(); ++k)
          image[k] = (flips >> k & 1) != 0 ? extents[k] - 1 - at[axes[k]] : at[axes[k]];
        return image;
      }));
  } while (std::ranges::next_permutation(axes).found);
  return distinct(group);
}

std::vector<SymmetryOperation> products(std::span<const SymmetryOperation> a,
                                        std::span<const SymmetryOperation> b) {
  std::vector<SymmetryOperation> all;
  for (const SymmetryOperation& g : a)
    for (const SymmetryOperation& h : b) all.push_back(compose(g, h));
  return distinct(all);
}

}  // namespace nmc
