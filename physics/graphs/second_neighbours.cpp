#include "physics/graphs/second_neighbours.hpp"

#include <fmt/format.h>

#include <optional>

#include "core/errors.hpp"

namespace nmc {
namespace {

using Steps = std::vector<Index>;  // one per direction

void check_extents(const Lattice& lattice) {
  const Index least = lattice.dimension() == 1 ? 4 : 3;
  for (std::size_t d = 0; d < lattice.extents.size(); ++d)
    require(!lattice.periodic[d] || lattice.extents[d] >= least,
            fmt::format("a periodic extent of {} has no second neighbours: take {} or more",
                        lattice.extents[d], least));
}

std::optional<Index> neighbour(const Lattice& lattice, Index site, const Steps& steps) {
  Index to = 0, stride = 1;
  for (std::size_t d = 0; d < steps.size(); ++d) {
    const Index extent = lattice.extents[d];
    Index x = site / stride % extent + steps[d];
    if (!lattice.periodic[d] && (x < 0 || x >= extent)) return std::nullopt;
    x = (x + extent) % extent;
    to += stride * x;
    stride *= extent;
  }
  return to;
}

std::vector<Steps> all_steps(std::size_t dimension) {
  if (dimension == 1) return {{2}};
  std::vector<Steps> all;
  for (std::size_t d = 0; d < dimension; ++d)
    for (std::size_t e = d + 1; e < dimension; ++e)
      for (const Index sign : {1, -1}) {
        Steps steps(dimension, 0);
        steps[d] = 1;
        steps[e] = sign;
        all.push_back(steps);
      }
  return all;
}

}  // namespace

BondList second_neighbours(const Lattice& lattice) {
  check(lattice);
  check_extents(lattice);
  std::vector<Bond> bonds;
  for (Index site = 0; site < lattice.sites(); ++site)
    for (const Steps& steps : all_steps(lattice.extents.size()))
      if (const auto to = neighbour(lattice, site, steps)) bonds.push_back({site, *to, 1});
  return bonds;
}

}  // namespace nmc
