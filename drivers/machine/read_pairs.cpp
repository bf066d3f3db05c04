#include "drivers/machine/read_pairs.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/archive/graphs/reader.hpp"
#include "core/errors.hpp"
#include "physics/graphs/lattice.hpp"

namespace nmc::drivers {
namespace {

/// Both bonds of a direction of extent 2 are one pair.
std::vector<std::pair<Index, Index>> pairs_of(const Graph& graph) {
  std::vector<std::pair<Index, Index>> pairs;
  for (const Bond& bond : graph.bonds.list())
    pairs.emplace_back(std::min(bond.i, bond.j), std::max(bond.i, bond.j));
  std::ranges::sort(pairs);
  pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
  return pairs;
}

/// One extent is that of all directions, as many as it takes.
std::vector<Index> extents_of(std::vector<Index> L, Index sites) {
  if (L.size() > 1 || L.front() < 2) return L;
  const Index extent = L.front();
  for (Index all = extent; all < sites; all *= extent) L.push_back(extent);
  return L;
}

}  // namespace

NamedPairs read_pairs(const Options& learn, Index sites) {
  const bool has_file = !learn.text("bonds").empty(), has_lattice = !learn.text("L").empty();
  if (has_file && has_lattice)
    learn.fail("bonds", "bonds and L are both given; leave one of them out");
  if (!has_file && !has_lattice) return {all_pairs(sites), {sites}};
  const char* const key = has_file ? "bonds" : "L";
  const auto check_sites = [&](Index found) {
    if (found != sites)
      learn.fail(key, fmt::format("{} = {} has {} sites, and the rows of data have {}", key,
                                  learn.text(key), found, sites));
  };
  if (has_file) {
    archive::GraphQuery query;
    query.sites = sites;
    const archive::GraphFile file = archive::read_graph_file(learn.text("bonds"), query);
    check_sites(file.graph.sites);
    if (!file.graph.plaquettes.empty())
      learn.fail("bonds", learn.text("bonds") +
                              " has terms of four spins, and couplings of pairs alone are learned");
    return {pairs_of(file.graph), file.extents};
  }
  const Lattice lattice = torus(extents_of(learn.integers("L"), sites));
  check(lattice);
  check_sites(lattice.sites());
  return {pairs_of(make_graph(lattice)), lattice.extents};
}

}  // namespace nmc::drivers
