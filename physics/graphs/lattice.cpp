#include "physics/graphs/lattice.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "core/errors.hpp"

namespace nmc {

namespace {

/// More sites than this would not fit any machine's memory; the product cannot overflow below it.
constexpr Index max_sites = Index{1} << 31;

}  // namespace

Index Lattice::sites() const {
  Index product = 1;
  for (const Index extent : extents) product *= extent;
  return product;
}

bool Lattice::is_torus() const {
  return std::all_of(periodic.begin(), periodic.end(), [](bool p) { return p; });
}

std::string Lattice::describe() const {
  const std::string size = fmt::format("{}", fmt::join(extents, "x"));
  if (is_torus()) return size + " torus";
  std::string directions;
  for (std::size_t d = 0; d < periodic.size(); ++d)
    if (periodic[d]) directions += d < 3 ? std::string(1, "xyz"[d]) : fmt::format("[{}]", d);
  return directions.empty() ? size + " open" : size + " periodic in " + directions;
}

void check(const Lattice& lattice) {
  require(!lattice.extents.empty(), "a lattice needs at least one extent, for example L = 8x8");
  require(lattice.extents.size() == lattice.periodic.size(),
          fmt::format("{} boundaries were given for {} directions", lattice.periodic.size(),
                      lattice.extents.size()));
  Index sites = 1;
  for (const Index extent : lattice.extents) {
    require(extent >= 1, fmt::format("a lattice extent is {}; it must be at least 1", extent));
    require(extent <= max_sites / sites, fmt::format("a lattice of {} has more than {} sites",
                                                     fmt::join(lattice.extents, "x"), max_sites));
    sites *= extent;
  }
  require(sites >= 2, "a lattice of extent 1 is one site without a bond: take L = 2 or more");
}

Lattice torus(std::vector<Index> extents) {
  std::vector<bool> periodic(extents.size(), true);
  return {std::move(extents), std::move(periodic)};
}

Graph make_graph(const Lattice& lattice) {
  check(lattice);
  Graph graph;
  graph.sites = lattice.sites();
  graph.bonds = BondList(LatticeBonds{lattice.extents, lattice.periodic, 1});
  graph.extents = lattice.extents;
  if (lattice.is_torus()) graph.torus = lattice.extents;
  return graph;
}

}  // namespace nmc
